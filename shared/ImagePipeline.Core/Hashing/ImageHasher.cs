namespace ImagePipeline.Core.Hashing;

/// <summary>
/// Computes every hash of a picture from one set of pixels.
/// </summary>
/// <remarks>
/// The product hashes pixels that were shrunk to fit 512 x 512 with the aspect kept, and never enlarged: PDQ's "fit512"
/// family, that of ThreatExchange's Python reference. A hash of the full-size picture differs by a few bits and
/// belongs to another family; this class takes the pixels as they are, so the shrinking is the caller's.
/// </remarks>
public static class ImageHasher
{
    /// <summary>Names the algorithms, their versions and the size of the pixels, to be stored beside every hash:
    /// hashes of different names are never compared. Version 1 is imagehash 4.3.2 on Pillow's LANCZOS and PDQ, of
    /// pixels shrunk to fit <see cref="FitPx"/>.</summary>
    public const string Algorithm = "hashes-1-fit512";

    /// <summary>The square that pixels are shrunk to fit before they are hashed.</summary>
    public const int FitPx = 512;

    /// <summary>Computes every hash.</summary>
    /// <param name="rgb">Interleaved 8-bit sRGB, row-major, no padding, 3 x width x height.</param>
    /// <param name="widthPx">Pixels across, at least 1.</param>
    /// <param name="heightPx">Pixels down, at least 1.</param>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static ImageHashes Compute(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        const int Small = GreyHashes.Edge, Wider = GreyHashes.Edge + 1, Large = Dct32.Length;
        using var planes = BrightnessPlanes.From(rgb, widthPx, heightPx);
        Span<short> small = stackalloc short[Small * Small];
        Span<short> wider = stackalloc short[Wider * Small];
        Span<short> large = stackalloc short[Large * Large];
        LanczosResampler.Resize(planes.Grey, widthPx, heightPx, Small, Small, small);
        LanczosResampler.Resize(planes.Grey, widthPx, heightPx, Wider, Small, wider);
        LanczosResampler.Resize(planes.Grey, widthPx, heightPx, Large, Large, large);
        var (pdq, quality) = Pdq.FromLuma(planes.Luma, widthPx, heightPx);
        return new(
            GreyHashes.Average(small), GreyHashes.Difference(wider), GreyHashes.Perceptual(large), pdq, quality);
    }
}
