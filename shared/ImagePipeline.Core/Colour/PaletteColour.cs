namespace ImagePipeline.Core.Colour;

/// <summary>One of the main colours of a picture.</summary>
/// <param name="R">Red, sRGB.</param>
/// <param name="G">Green, sRGB.</param>
/// <param name="B">Blue, sRGB.</param>
/// <param name="Share">Part of the picture, above 0 to 1.</param>
public readonly record struct PaletteColour(byte R, byte G, byte B, float Share)
{
    /// <summary>The colour as #rrggbb.</summary>
    public string Hex => $"#{R:x2}{G:x2}{B:x2}";

    /// <summary>The colour in OKLab.</summary>
    public Oklab Oklab => Oklab.FromRgb(R, G, B);
}
