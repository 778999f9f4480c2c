using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Imaging;

/// <summary>
/// What one picture may cost. A file beyond a limit is rejected from its header, before a pixel is decoded.
/// </summary>
public sealed record ImageLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>Bytes of the file. Default 256 MiB. The whole file is in memory while it is decoded.</summary>
    [Range(1, int.MaxValue)]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>
    /// Width x height where rows stream through (baseline JPEG, plain PNG, TIFF). Default 268,000,000, some 16,384 x
    /// 16,384.
    /// </summary>
    [Range(1, 536_000_000)]
    public long MaxPixels { get; init; } = 268_000_000;

    /// <summary>
    /// Width x height where the decoder holds the whole picture (interlaced PNG, progressive JPEG, WebP, GIF, AVIF) or
    /// the caller asks for all of it. Default 64,000,000. Measured, in bytes a pixel: AVIF 16, GIF 6, interlaced PNG
    /// and progressive JPEG 4 (streamed formats below 2), so the default lets one picture cost at most 1 GB.
    /// </summary>
    [Range(1, 536_000_000)]
    public long MaxPixelsHeld { get; init; } = 64_000_000;

    /// <summary>
    /// Frames of an animation or pages of a TIFF, of which only the first is ever used. Default 10,000.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxFrames { get; init; } = 10_000;
}
