using System.Globalization;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>
/// Decodes pictures as small as the consumer needs: 8-bit sRGB, orientation applied, colour profiles, CMYK, palettes, greys and 16 bits
/// converted, transparency on white, the first frame of a film. A bad picture is a rejection, never an exception.
/// </summary>
public static class ImageDecoder
{
    /// <summary>The widest a thumbnail may be where only the other side is to bind.</summary>
    const string Unbound = "10000000";

    /// <summary>Decodes a picture shrunk to fit a square, aspect kept, never enlarged.</summary>
    /// <param name="bytes">The encoded picture.</param>
    /// <param name="edgePx">Side of the square.</param>
    /// <param name="limits">What is refused before decoding.</param>
    public static DecodeResult DecodeToFit(ReadOnlySpan<byte> bytes, int edgePx, ImageLimits limits) =>
        Decode(bytes, limits, (header, load) => load(
            "thumbnail_buffer", [("width", Number(edgePx)), ("height", Number(edgePx)), ("size", "down")]));

    /// <summary>Decodes a picture to exactly what a model takes. It is shrunk while loading to no less than twice the size needed, then
    /// resized with the model's own filter; small pictures are enlarged.</summary>
    public static DecodeResult DecodeForModel(ReadOnlySpan<byte> bytes, ModelInputShape shape, ImageLimits limits) =>
        Decode(bytes, limits, (header, load) => ModelFit.Apply(header, shape, load));



    static unsafe DecodeResult Decode(
        ReadOnlySpan<byte> bytes, ImageLimits limits, Func<ImageHeader, Func<string, (string, string)[], VipsImage>, VipsImage> open)
    {
        var probe = ImageProbe.Read(bytes, limits);
        if (probe.Header is not { } header)
        {
            return new DecodeResult(null, probe.Rejection);
        }

        fixed (byte* pinned = bytes)
        {
            var (address, length) = ((nint)pinned, bytes.Length);
            try
            {
                using var image = ToSrgbBytes(open(header, (operation, arguments) => VipsImage.Load(
                    operation, (byte*)address, length, [.. arguments, ("option-string", "[fail-on=truncated]")])));
                var pixels = new PixelBuffer(image.Width, image.Height);
                try
                {
                    image.CopyTo(pixels.Writable.Span);
                    return new DecodeResult(pixels, default);
                }
                catch
                {
                    pixels.Dispose();
                    throw;
                }
            }
            catch (VipsException fault)
            {
                return new DecodeResult(null, DecodeFault.Classify(fault.Message));
            }
        }
    }

    /// <summary>The order matters: white is 255 only once the picture is 8-bit sRGB.</summary>
    internal static VipsImage ToSrgbBytes(VipsImage image)
    {
        try
        {
            if (image.Interpretation != VipsImage.Srgb)
            {
                image = image.Then("colourspace", ("space", "srgb"));
            }

            if (!image.IsBytes)
            {
                image = image.Then("cast", ("format", "uchar"));
            }

            if (image.HasAlpha)
            {
                image = image.Then("flatten", ("background", "255"));
            }

            return image.Bands == 3 ? image : throw new VipsException($"{image.Bands} bands instead of 3 after conversion");
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    internal static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    internal static (string Width, string Height) ShortSide(ImageHeader header, int shortSidePx) =>
        header.WidthPx <= header.HeightPx ? (Number(shortSidePx), Unbound) : (Unbound, Number(shortSidePx));
}
