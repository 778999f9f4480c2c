using System.Globalization;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>Encodes pixels (interleaved 8-bit sRGB, row-major, 3 × width × height bytes). No metadata is written.</summary>
public static class ImageEncoder
{
    /// <summary>JPEG with 4:2:0 chroma below quality 90.</summary>
    /// <param name="rgb">The pixels.</param>
    /// <param name="widthPx">Width.</param>
    /// <param name="heightPx">Height.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static byte[] ToJpeg(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int quality) =>
        Save(rgb, widthPx, heightPx, "jpegsave_buffer", ("Q", Number(quality)), ("keep", "none"));

    /// <summary>PNG, without loss.</summary>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static byte[] ToPng(ReadOnlySpan<byte> rgb, int widthPx, int heightPx) =>
        Save(rgb, widthPx, heightPx, "pngsave_buffer", ("compression", "3"), ("keep", "none"));

    /// <summary>WebP, without loss or at a quality of 1 to 100.</summary>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static byte[] ToWebp(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, bool lossless, int quality) =>
        Save(rgb, widthPx, heightPx, "webpsave_buffer", ("lossless", lossless ? "true" : "false"), ("Q", Number(quality)),
            ("effort", "2"), ("keep", "none"));

    /// <summary>TIFF, deflated without loss.</summary>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static byte[] ToTiff(ReadOnlySpan<byte> rgb, int widthPx, int heightPx) =>
        Save(rgb, widthPx, heightPx, "tiffsave_buffer", ("compression", "deflate"), ("keep", "none"));

    /// <summary>A JPEG of a picture shrunk to fit a square, for pages and lists.</summary>
    /// <param name="bytes">The encoded picture.</param>
    /// <param name="edgePx">Side of the square.</param>
    /// <param name="limits">Limits of decoding.</param>
    /// <returns>The JPEG, or null where the picture cannot be decoded.</returns>
    public static byte[]? Thumbnail(ReadOnlySpan<byte> bytes, int edgePx, ImageLimits limits)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, edgePx, limits);
        return decoded.Pixels is { } pixels ? ToJpeg(pixels.Rgb, pixels.WidthPx, pixels.HeightPx, 75) : null;
    }

    static byte[] Save(
        ReadOnlySpan<byte> rgb, int widthPx, int heightPx, string operation,
        params ReadOnlySpan<(string Name, string Value)> arguments)
    {
        using var image = VipsImage.FromPixels(rgb, widthPx, heightPx, 3);
        return image.Save(operation, arguments);
    }

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
