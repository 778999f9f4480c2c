namespace ImagePipeline.Imaging;

/// <summary>Why a file is not used. An answer about the file, not an exception.</summary>
/// <param name="Reason">One of <see cref="RejectionReason"/>.</param>
/// <param name="Detail">One line for a person: the value, the limit it broke, what to do.</param>
public readonly record struct Rejection(string Reason, string Detail);

/// <summary>The reason codes. They are stored and counted by users: never renamed, only added to.</summary>
public static class RejectionReason
{
    /// <summary>The file has no bytes.</summary>
    public const string EmptyFile = "empty_file";

    /// <summary>The file is larger than <see cref="ImageLimits.MaxBytes"/>.</summary>
    public const string TooManyBytes = "too_many_bytes";

    /// <summary>The bytes are of no picture format that is known here.</summary>
    public const string NotAnImage = "not_an_image";

    /// <summary>A picture format, or a kind of it, that this build does not read.</summary>
    public const string UnsupportedFormat = "unsupported_format";

    /// <summary>
    /// Width x height is above <see cref="ImageLimits.MaxPixels"/> or <see cref="ImageLimits.MaxPixelsHeld"/>.
    /// </summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>More frames or pages than <see cref="ImageLimits.MaxFrames"/>.</summary>
    public const string TooManyFrames = "too_many_frames";

    /// <summary>The header says that width or height is zero.</summary>
    public const string ZeroSize = "zero_size";

    /// <summary>The file ends before the picture does.</summary>
    public const string Truncated = "truncated";

    /// <summary>The file is whole, and its content breaks the rules of its format.</summary>
    public const string Corrupt = "corrupt";

    /// <summary>All codes, in the order of the checks.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        EmptyFile, TooManyBytes, NotAnImage, UnsupportedFormat, ZeroSize, TooManyPixels, TooManyFrames,
        Truncated, Corrupt,
    ];
}
