using System.Buffers.Binary;
using System.Security.Cryptography;
using ImagePipeline.Imaging.Decoding;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>
/// A digest of what a picture shows, whatever its encoding: equal for two files exactly when their pixels are.
/// </summary>
/// <remarks>
/// SHA-256 over width, height (32-bit little endian, upright) and the 8-bit sRGB pixels in rows: RGB, or RGBA when any
/// pixel is not opaque, with the colour of wholly transparent ones taken as black (lossless WebP drops it). Deeper
/// pixels are compared at 8 bits. The pixels stream through in strips; only a picture that has to be turned is held
/// whole.
/// </remarks>
public static unsafe class PixelDigest
{
    const int StripBytes = 1 << 20;

    /// <summary>The digest, 32 bytes, or why there is none.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="limits">What the picture may cost; null: <see cref="ImageLimits.Default"/>.</param>
    public static DigestResult Compute(ReadOnlySpan<byte> bytes, ImageLimits? limits = null)
    {
        limits ??= ImageLimits.Default;
        fixed (byte* start = bytes)
        {
            if (OpenedImage.TryOpen(start, bytes.Length, limits, out var opened) is { } refused)
            {
                return new(null, refused);
            }
            using (opened!)
            {
                var header = opened!.Header;
                var held = header.HoldsWholeImage || header.Orientation != 1;
                if (Guards.OfPixels(header.WidthPx, header.HeightPx, held, limits) is { } tooMany)
                {
                    return new(null, tooMany);
                }
                try
                {
                    using var image = PixelSteps.Upright(PixelSteps.ToSrgb(opened.Take(shrink: 1)));
                    return new(Digest(image), null);
                }
                catch (VipsException failure)
                {
                    return new(null, opened.Rejected(failure));
                }
            }
        }
    }

    static byte[] Digest(VipsImage image)
    {
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(size, image.WidthPx);
        BinaryPrimitives.WriteInt32LittleEndian(size[4..], image.HeightPx);
        using var colours = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var everything = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        colours.AppendData(size);
        everything.AppendData(size);
        // Whether all is opaque is known at the end only, so both are computed where there is alpha.
        var (alpha, opaque) = (image.Bands == 4, true);
        image.ReadStrips(Math.Max(1, StripBytes / (image.WidthPx * image.Bands)), strip =>
        {
            if (alpha)
            {
                opaque &= ClearTransparent(strip);
                everything.AppendData(strip);
                strip = strip[..WithoutAlpha(strip)];
            }
            colours.AppendData(strip);
        });
        return (alpha && !opaque ? everything : colours).GetHashAndReset();
    }

    /// <summary>Blackens wholly transparent pixels; whether all pixels are opaque.</summary>
    static bool ClearTransparent(Span<byte> rgba)
    {
        var opaque = true;
        for (var i = 0; i < rgba.Length; i += 4)
        {
            opaque &= rgba[i + 3] == 255;
            if (rgba[i + 3] == 0)
            {
                rgba.Slice(i, 3).Clear();
            }
        }
        return opaque;
    }

    /// <summary>Moves the colours together in place; their length.</summary>
    static int WithoutAlpha(Span<byte> pixels)
    {
        var to = 0;
        for (var from = 0; from < pixels.Length; from += 4, to += 3)
        {
            pixels.Slice(from, 3).CopyTo(pixels[to..]);
        }
        return to;
    }
}

/// <summary>Either a digest or a rejection.</summary>
/// <param name="Sha256">32 bytes, or null when rejected.</param>
/// <param name="Rejection">Why there is no digest, or null.</param>
public readonly record struct DigestResult(byte[]? Sha256, Rejection? Rejection);
