using System.Diagnostics.CodeAnalysis;

namespace ImagePipeline.Imaging;

/// <summary>What a file says about its picture before any pixel is decoded.</summary>
public sealed record ImageHeader
{
    /// <summary>By content: jpeg, png, webp, gif, tiff or avif.</summary>
    public required string Format { get; init; }

    /// <summary>Width as seen, that is after <see cref="Orientation"/> is applied.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height as seen, that is after <see cref="Orientation"/> is applied.</summary>
    public required int HeightPx { get; init; }

    /// <summary>The EXIF orientation, 1 to 8; 1 where none is given.</summary>
    public required int Orientation { get; init; }

    /// <summary>Frames or pages, at least 1. Only the first is used.</summary>
    public required int Frames { get; init; }

    /// <summary>Whether pixels carry an alpha channel (even if all are opaque).</summary>
    public required bool HasAlpha { get; init; }

    /// <summary>Bits of one channel once decoded: 8, 16 or 32.</summary>
    public required int BitsPerChannel { get; init; }

    /// <summary>
    /// Whether decoding holds the whole picture in memory, so that <see cref="ImageLimits.MaxPixelsHeld"/> applies.
    /// </summary>
    public required bool HoldsWholeImage { get; init; }

    /// <summary>
    /// EXIF DateTimeOriginal: what the camera's clock showed, in an unknown time zone (Kind Unspecified).
    /// </summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>Whether rows and columns change places when <see cref="Orientation"/> is applied.</summary>
    public bool IsTurned => Orientation >= 5;
}

/// <summary>Either a header or a rejection.</summary>
public readonly record struct ProbeResult
{
    /// <summary>A readable header within the limits.</summary>
    public ProbeResult(ImageHeader header) => Header = header;

    /// <summary>A file that is not used.</summary>
    public ProbeResult(Rejection rejection) => Rejection = rejection;

    /// <summary>The header, or null when rejected.</summary>
    public ImageHeader? Header { get; }

    /// <summary>The rejection, or null when there is a header.</summary>
    public Rejection? Rejection { get; }

    /// <summary>Whether there is a header.</summary>
    [MemberNotNullWhen(true, nameof(Header))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsAccepted => Header is not null;
}
