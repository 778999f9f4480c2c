using System.Globalization;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>Writes pixels as picture files. Pixels are sRGB, interleaved RGB, row-major, height x width x 3 bytes.</summary>
/// <remarks>All of them throw <see cref="ArgumentException"/> when the span has another length, or a quality is not 1 to 100.</remarks>
public static class ImageEncoder
{
    /// <summary>A baseline JPEG, 4:2:0 below quality 90 and 4:4:4 from there on.</summary>
    public static byte[] ToJpeg(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int quality)
    {
        using var image = FromRgb(rgb, widthPx, heightPx);
        return image.Save("jpegsave_buffer", ("Q", Quality(quality)));
    }

    /// <summary>An 8-bit PNG, without loss.</summary>
    public static byte[] ToPng(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        using var image = FromRgb(rgb, widthPx, heightPx);
        return image.Save("pngsave_buffer", ("compression", "6"));
    }

    /// <summary>A WebP: without loss, <paramref name="quality"/> then being effort only, or with loss.</summary>
    public static byte[] ToWebp(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, bool lossless, int quality)
    {
        using var image = FromRgb(rgb, widthPx, heightPx);
        return image.Save("webpsave_buffer", ("lossless", lossless ? "true" : "false"), ("Q", Quality(quality)));
    }

    /// <summary>A TIFF, without loss (Deflate).</summary>
    public static byte[] ToTiff(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        using var image = FromRgb(rgb, widthPx, heightPx);
        return image.Save("tiffsave_buffer", ("compression", "deflate"));
    }

    static VipsImage FromRgb(ReadOnlySpan<byte> rgb, int widthPx, int heightPx) =>
        VipsImage.FromPixels(rgb, widthPx, heightPx, 3, VipsFormat.Byte).Into("copy", ("interpretation", "srgb"));

    static string Quality(int quality) => quality is >= 1 and <= 100
        ? quality.ToString(CultureInfo.InvariantCulture)
        : throw new ArgumentException($"Expected a quality of 1 to 100, got {quality}.", nameof(quality));
}
