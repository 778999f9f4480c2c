using System.Globalization;

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

    const string Trims = "trim";

    const string Keeps = "keep";

    /// <summary>Which code prepares pictures: another build of it may prepare them otherwise.</summary>
    static readonly string Build = typeof(ModelInputShape).Assembly.ManifestModule.ModuleVersionId.ToString("n")[..12];

    /// <summary>Bytes of an input: red, green and blue of every pixel.</summary>
    public int InputBytes => checked(WidthPx * HeightPx * 3);

    /// <summary>The shape in small letters, digits and hyphens, with the build of the code that prepares pictures: equal words promise
    /// equal inputs, also in another process.</summary>
    public string ToWords() => string.Create(
        CultureInfo.InvariantCulture,
        $"{WidthPx}-{HeightPx}-{Fit}-{Kernel}-{ShortSidePx}-{(TrimMargins ? Trims : Keeps)}-{Build}").ToLowerInvariant();

    /// <summary>The shape that <see cref="ToWords"/> of the same build wrote, or null.</summary>
    public static ModelInputShape? FromWords(string words)
    {
        if (words.Split('-') is not [var width, var height, var fit, var kernel, var shortSide, Trims or Keeps, var build] || build != Build
            || !int.TryParse(width, NumberStyles.None, CultureInfo.InvariantCulture, out var widthPx)
            || !int.TryParse(height, NumberStyles.None, CultureInfo.InvariantCulture, out var heightPx)
            || !int.TryParse(shortSide, NumberStyles.None, CultureInfo.InvariantCulture, out var shortSidePx)
            || !Enum.TryParse<ModelFit>(fit, ignoreCase: true, out var fitting)
            || !Enum.TryParse<ResizeKernel>(kernel, ignoreCase: true, out var resampling))
        {
            return null;
        }

        var shape = new ModelInputShape(
            widthPx, heightPx, fitting, resampling, shortSidePx, words.Contains($"-{Trims}-", StringComparison.Ordinal));
        return shape.ToWords() == words ? shape : null;
    }

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
