namespace ImagePipeline.Imaging;

/// <summary>The exact size a model takes, and how a picture of any size gets there.</summary>
/// <param name="WidthPx">Width of the result, 1 to 4096.</param>
/// <param name="HeightPx">Height of the result, 1 to 4096.</param>
/// <param name="Fit">What happens to the aspect ratio.</param>
/// <param name="Kernel">The resampling kernel, antialiased when shrinking.</param>
/// <param name="ShortSidePx">With <see cref="ModelFit.Crop"/>: the short side before the centre is cut out; at least
/// both width and height. 0: the larger of the two.</param>
/// <param name="TrimMargins">Whether plain margins around the picture are cut off before anything else.</param>
public sealed record ModelInputShape(
    int WidthPx, int HeightPx, ModelFit Fit, ResizeKernel Kernel, int ShortSidePx = 0, bool TrimMargins = false)
{
    const int MaxEdgePx = 4096;

    /// <summary>Throws when a value is out of range or the short side would leave nothing to cut out.</summary>
    /// <exception cref="ArgumentException">Names the value.</exception>
    public void Validate()
    {
        if (WidthPx is < 1 or > MaxEdgePx || HeightPx is < 1 or > MaxEdgePx)
        {
            throw new ArgumentException($"Expected 1 to {MaxEdgePx} pixels each way, got {WidthPx} x {HeightPx}.");
        }
        var cuts = Fit == ModelFit.Crop && ShortSidePx >= Math.Max(WidthPx, HeightPx) && ShortSidePx <= MaxEdgePx;
        if (ShortSidePx != 0 && !cuts)
        {
            throw new ArgumentException(
                $"A short side of {ShortSidePx} does not go with {Fit} to {WidthPx} x {HeightPx}.");
        }
    }
}

/// <summary>What resizing does to the aspect ratio.</summary>
public enum ModelFit
{
    /// <summary>Kept: the short side is resized and the centre cut out.</summary>
    Crop,

    /// <summary>Given up: both sides are resized by themselves.</summary>
    Stretch,

    /// <summary>Kept: the picture is resized to fit and centred on black.</summary>
    Pad,
}

/// <summary>A resampling kernel.</summary>
public enum ResizeKernel
{
    /// <summary>The nearest pixel.</summary>
    Nearest,

    /// <summary>Triangle.</summary>
    Bilinear,

    /// <summary>Cubic, Catmull-Rom (a = -0.5).</summary>
    Bicubic,

    /// <summary>Windowed sinc of three lobes; bicubic when enlarging.</summary>
    Lanczos3,
}
