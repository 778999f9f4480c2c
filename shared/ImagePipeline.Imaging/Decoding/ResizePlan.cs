namespace ImagePipeline.Imaging.Decoding;

/// <summary>The size a picture is resized to, upright, and the window of it that is kept.</summary>
/// <param name="WidthPx">Width after resizing.</param>
/// <param name="HeightPx">Height after resizing.</param>
/// <param name="Window">Left, top, width and height; it may reach over the edge, which is then black. Null:
/// everything.</param>
/// <param name="Kernel">The resampling kernel.</param>
readonly record struct ResizePlan(int WidthPx, int HeightPx, (int Left, int Top, int WidthPx, int HeightPx)? Window,
    ResizeKernel Kernel)
{
    /// <summary>Within a square, aspect kept, never enlarged.</summary>
    public static ResizePlan ToFit(ImageHeader header, int edgePx)
    {
        var scale = Math.Min(1, edgePx / (double)Math.Max(header.WidthPx, header.HeightPx));
        return new(Scaled(header.WidthPx, scale), Scaled(header.HeightPx, scale), null, ResizeKernel.Lanczos3);
    }

    /// <summary>To a model's exact size.</summary>
    public static ResizePlan ToModel(int widthPx, int heightPx, ModelInputShape shape)
    {
        if (shape.Fit == ModelFit.Stretch)
        {
            return new(shape.WidthPx, shape.HeightPx, null, shape.Kernel);
        }
        double scale;
        if (shape.Fit == ModelFit.Pad)
        {
            scale = Math.Min(shape.WidthPx / (double)widthPx, shape.HeightPx / (double)heightPx);
        }
        else
        {
            var shortSide = shape.ShortSidePx == 0 ? Math.Max(shape.WidthPx, shape.HeightPx) : shape.ShortSidePx;
            scale = shortSide / (double)Math.Min(widthPx, heightPx);
        }
        var (width, height) = (Scaled(widthPx, scale), Scaled(heightPx, scale));
        var (left, top) = (Centred(width, shape.WidthPx), Centred(height, shape.HeightPx));
        return new(width, height, (left, top, shape.WidthPx, shape.HeightPx), shape.Kernel);
    }

    static int Scaled(int px, double scale) => Math.Max(1, (int)Math.Round(px * scale));

    // Half a pixel goes to the even side, as in torchvision's center_crop.
    static int Centred(int whole, int part) => (int)Math.Round((whole - part) / 2.0, MidpointRounding.ToEven);
}
