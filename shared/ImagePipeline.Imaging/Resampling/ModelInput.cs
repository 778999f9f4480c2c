using ImagePipeline.Imaging.Decoding;

namespace ImagePipeline.Imaging.Resampling;

/// <summary>Brings pixels in memory to a model's exact size.</summary>
static class ModelInput
{
    /// <summary>Trims, resizes, then cuts or pads a picture, as <paramref name="shape"/> says.</summary>
    public static PixelBuffer From(PixelBuffer picture, ModelInputShape shape)
    {
        if (shape.TrimMargins
            && PlainMargins.Inside(picture.Rgb, picture.WidthPx, picture.HeightPx) is var inside
            && inside != (0, 0, picture.WidthPx, picture.HeightPx))
        {
            using var trimmed = Cut(picture, inside);
            return Resized(trimmed, shape);
        }

        return Resized(picture, shape);
    }

    static PixelBuffer Resized(PixelBuffer picture, ModelInputShape shape)
    {
        var plan = ResizePlan.ToModel(picture.WidthPx, picture.HeightPx, shape);
        var resized = new PixelBuffer(plan.WidthPx, plan.HeightPx, 3);
        RgbResampler.Resize(
            picture.Rgb, picture.WidthPx, picture.HeightPx, plan.WidthPx, plan.HeightPx, plan.Kernel, resized.Writable);
        if (plan.Window is not { } window || window == (0, 0, plan.WidthPx, plan.HeightPx))
        {
            return resized;
        }

        using (resized)
        {
            return Cut(resized, window);
        }
    }

    /// <summary>A window of the picture; where it reaches over the edge it is black.</summary>
    static PixelBuffer Cut(PixelBuffer picture, (int Left, int Top, int WidthPx, int HeightPx) window)
    {
        var result = new PixelBuffer(window.WidthPx, window.HeightPx, 3);
        result.Writable.Clear();
        var left = Math.Max(0, window.Left);
        var right = Math.Min(picture.WidthPx, window.Left + window.WidthPx);
        for (var y = Math.Max(0, window.Top); y < Math.Min(picture.HeightPx, window.Top + window.HeightPx); y++)
        {
            picture.Rgb[(3 * ((y * picture.WidthPx) + left))..(3 * ((y * picture.WidthPx) + right))]
                .CopyTo(result.Writable[(3 * (((y - window.Top) * window.WidthPx) + left - window.Left))..]);
        }

        return result;
    }
}
