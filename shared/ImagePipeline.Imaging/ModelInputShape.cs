namespace ImagePipeline.Imaging;

/// <summary>How a picture becomes the rectangle that a model takes.</summary>
public enum FitMode
{
    /// <summary>The short side to a given length, then the middle of the rectangle's size.</summary>
    Crop,

    /// <summary>Both sides to the rectangle's, whatever the aspect.</summary>
    Stretch,

    /// <summary>The whole picture inside the rectangle, the rest black.</summary>
    Pad,
}

/// <summary>The filter that pixels are resized with; all but nearest widen when they shrink, so that nothing aliases.</summary>
public enum ResizeKernel
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>Triangle filter.</summary>
    Bilinear,

    /// <summary>Catmull-Rom.</summary>
    Bicubic,

    /// <summary>Lanczos, three lobes.</summary>
    Lanczos3,
}

/// <summary>What a model takes.</summary>
/// <param name="WidthPx">Width of its input, pixels.</param>
/// <param name="HeightPx">Height of its input, pixels.</param>
/// <param name="Fit">How the picture is made to fit.</param>
/// <param name="ShortSidePx">Length of the short side before <see cref="FitMode.Crop"/>; not used otherwise.</param>
/// <param name="Kernel">The resizing filter.</param>
public sealed record ModelInputShape(int WidthPx, int HeightPx, FitMode Fit, int ShortSidePx, ResizeKernel Kernel);
