using System.Globalization;
using ImagePipeline.Imaging.Decoding;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>
/// Writes pixels as picture files. Pixels are sRGB, interleaved RGB, row-major, height x width x 3 bytes.
/// </summary>
/// <remarks>
/// All of them throw <see cref="ArgumentException"/> when the span has another length, or a quality is not 1 to 100.
/// </remarks>
public static class ImageEncoder
{
    /// <summary>A baseline JPEG, 4:2:0 below quality 90 and 4:4:4 from there on.</summary>
    public static byte[] ToJpeg(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int quality)
    {
        using var image = VipsImage.FromPixels(rgb, widthPx, heightPx);
        return image.Save("jpegsave_buffer", ("Q", Quality(quality)));
    }

    /// <summary>An 8-bit PNG, without loss.</summary>
    public static byte[] ToPng(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        using var image = VipsImage.FromPixels(rgb, widthPx, heightPx);
        return image.Save("pngsave_buffer", ("compression", "6"));
    }

    /// <summary>A WebP: without loss, <paramref name="quality"/> then being effort only, or with loss.</summary>
    public static byte[] ToWebp(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, bool lossless, int quality)
    {
        using var image = VipsImage.FromPixels(rgb, widthPx, heightPx);
        return image.Save("webpsave_buffer", ("lossless", lossless ? "true" : "false"), ("Q", Quality(quality)));
    }

    /// <summary>A baseline JPEG, shrunk to fit a square; a smaller picture keeps its size. A WebP takes the encoder four times as long,
    /// even at its least effort.</summary>
    /// <param name="rgb">The pixels.</param>
    /// <param name="widthPx">Their width.</param>
    /// <param name="heightPx">Their height.</param>
    /// <param name="edgePx">Edge of the square.</param>
    /// <param name="quality">1 to 100.</param>
    public static byte[] ToSmallJpeg(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int edgePx, int quality)
    {
        var scale = Math.Min(1.0, edgePx / (double)Math.Max(widthPx, heightPx));
        using var image = PixelSteps.Resized(
            VipsImage.FromPixels(rgb, widthPx, heightPx), Math.Max(1, (int)Math.Round(widthPx * scale)),
            Math.Max(1, (int)Math.Round(heightPx * scale)), ResizeKernel.Lanczos3);
        return image.Save("jpegsave_buffer", ("Q", Quality(quality)));
    }

    /// <summary>A TIFF, without loss (Deflate).</summary>
    public static byte[] ToTiff(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        using var image = VipsImage.FromPixels(rgb, widthPx, heightPx);
        return image.Save("tiffsave_buffer", ("compression", "deflate"));
    }

    /// <summary>
    /// A small picture of a file, upright, alpha on white, as a JPEG of quality 80; or why there is none.
    /// </summary>
    /// <param name="bytes">The file.</param>
    /// <param name="edgePx">The longest edge, 1 to 16,384.</param>
    /// <param name="limits">What the picture may cost; null: <see cref="ImageLimits.Default"/>.</param>
    public static ThumbnailResult Thumbnail(ReadOnlySpan<byte> bytes, int edgePx, ImageLimits? limits = null)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, edgePx, limits);
        return decoded.IsDecoded
            ? new(ToJpeg(decoded.Pixels.Rgb, decoded.Pixels.WidthPx, decoded.Pixels.HeightPx, 80), null)
            : new(null, decoded.Rejection);
    }

    static string Quality(int quality) => quality is >= 1 and <= 100
        ? quality.ToString(CultureInfo.InvariantCulture)
        : throw new ArgumentException($"Expected a quality of 1 to 100, got {quality}.", nameof(quality));
}

/// <summary>Either a small JPEG or a rejection.</summary>
/// <param name="Jpeg">The file, or null when rejected.</param>
/// <param name="Rejection">Why there is none, or null.</param>
public readonly record struct ThumbnailResult(byte[]? Jpeg, Rejection? Rejection);
