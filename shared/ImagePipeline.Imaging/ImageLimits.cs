using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Imaging;

/// <summary>What is refused before its pixels are decoded. A picture within the limits is safe to decode on any worker.</summary>
public sealed record ImageLimits
{
    /// <summary>Most encoded bytes. Default 256 MB: beyond every camera, below what a few workers can hold at once.</summary>
    [Range(1, int.MaxValue)]
    public long MaxBytes { get; init; } = 256L << 20;

    /// <summary>Most pixels of a picture that is decoded strip by strip. Default 268 million (16,384 x 16,384); its cost is time, about
    /// a second, not memory.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPixels { get; init; } = 1L << 28;

    /// <summary>Most pixels of a picture that has to be held whole: interlaced PNG, progressive JPEG, WebP, AVIF and GIF. Default 64
    /// million: about 200 MB per worker while it decodes.</summary>
    [Range(1, long.MaxValue)]
    public long MaxPixelsHeld { get; init; } = 1L << 26;

    /// <summary>Most frames or pages; the first is used. Default 10,000.</summary>
    [Range(1, int.MaxValue)]
    public int MaxFrames { get; init; } = 10_000;
}
