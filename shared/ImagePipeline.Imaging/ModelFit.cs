using System.Globalization;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Imaging;

/// <summary>The geometry of <see cref="ImageDecoder.DecodeForModel"/>.</summary>
static class ModelFit
{
    /// <summary>Loads at no less than twice the size that the model needs, and finishes with its own filter.</summary>
    public static VipsImage Apply(
        ImageHeader header, ModelInputShape shape, Func<string, (string, string)[], VipsImage> load)
    {
        var (scaleX, scaleY) = Scales(header, shape);
        var room = 2 * Math.Max(scaleX * header.WidthPx, 1);
        var tall = 2 * Math.Max(scaleY * header.HeightPx, 1);
        var image = load("thumbnail_buffer",
        [
            ("width", ImageDecoder.Number((int)Math.Ceiling(room))), ("height", ImageDecoder.Number((int)Math.Ceiling(tall))),
            ("size", scaleX == scaleY ? "down" : header.WidthPx > room || header.HeightPx > tall ? "force" : "down"),
        ]);
        image = ImageDecoder.ToSrgbBytes(image);
        var (width, height) = (Math.Max(1, (int)Math.Round(scaleX * header.WidthPx)), Math.Max(1, (int)Math.Round(scaleY * header.HeightPx)));
        image = image.Then("resize",
            ("scale", Real((double)width / image.Width)), ("vscale", Real((double)height / image.Height)), ("kernel", Kernel(shape.Kernel)));
        return Frame(image, shape);
    }

    static (double X, double Y) Scales(ImageHeader header, ModelInputShape shape)
    {
        var (x, y) = ((double)shape.WidthPx / header.WidthPx, (double)shape.HeightPx / header.HeightPx);
        switch (shape.Fit)
        {
            case FitMode.Stretch:
                return (x, y);
            case FitMode.Pad:
                return (Math.Min(x, y), Math.Min(x, y));
            default:
                // The short side as asked, but never so short that the middle does not cover the rectangle.
                var scale = Math.Max((double)shape.ShortSidePx / Math.Min(header.WidthPx, header.HeightPx), Math.Max(x, y));
                return (scale, scale);
        }
    }

    /// <summary>Cuts the middle out, or puts the picture into the middle; both round towards the top left.</summary>
    static VipsImage Frame(VipsImage image, ModelInputShape shape)
    {
        var (width, height) = (shape.WidthPx, shape.HeightPx);
        if (image.Width >= width && image.Height >= height)
        {
            return image.Width == width && image.Height == height ? image : image.Then("crop",
                ("left", ImageDecoder.Number((image.Width - width) / 2)), ("top", ImageDecoder.Number((image.Height - height) / 2)),
                ("width", ImageDecoder.Number(width)), ("height", ImageDecoder.Number(height)));
        }

        return image.Then("embed",
            ("x", ImageDecoder.Number((width - image.Width) / 2)), ("y", ImageDecoder.Number((height - image.Height) / 2)),
            ("width", ImageDecoder.Number(width)), ("height", ImageDecoder.Number(height)), ("extend", "black"));
    }

    static string Kernel(ResizeKernel kernel) => kernel switch
    {
        ResizeKernel.Nearest => "nearest",
        ResizeKernel.Bilinear => "linear",
        ResizeKernel.Bicubic => "cubic",
        _ => "lanczos3",
    };

    static string Real(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
