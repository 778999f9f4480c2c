namespace ImagePipeline.Imaging;

/// <summary>Why a file is no usable picture. An answer about the file, given once and for all.</summary>
/// <param name="Reason">One of <see cref="RejectionReason"/>.</param>
/// <param name="Detail">The same in words, naming the limit and the value, or what to do.</param>
public readonly record struct Rejection(string Reason, string Detail);

/// <summary>The reason codes that the database, the command line and JSON show. Codes are never renamed.</summary>
public static class RejectionReason
{
    /// <summary>No bytes at all.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>More bytes than <see cref="ImageLimits.MaxBytes"/>.</summary>
    public const string TooManyBytes = "too_many_bytes";

    /// <summary>Nothing that looks like a picture, whatever its name says.</summary>
    public const string NotAnImage = "not_an_image";

    /// <summary>A picture in a format that is not read here.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>More pixels than <see cref="ImageLimits.MaxPixels"/> or <see cref="ImageLimits.MaxPixelsHeld"/>.</summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>More frames than <see cref="ImageLimits.MaxFrames"/>.</summary>
    public const string TooManyFrames = "too_many_frames";

    /// <summary>Width or height of zero.</summary>
    public const string ZeroSize = "zero_size";

    /// <summary>The file ends before the picture does.</summary>
    public const string Truncated = "truncated";

    /// <summary>The header or the data make no sense.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        EmptyFile, TooManyBytes, NotAnImage, UnsupportedFormat, TooManyPixels, TooManyFrames, ZeroSize, Truncated, Corrupt,
    ];
}
