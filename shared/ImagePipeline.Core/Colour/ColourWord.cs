namespace ImagePipeline.Core.Colour;

/// <summary>The word that people have for a colour.</summary>
/// <remarks>The eleven basic colour terms of English (Berlin and Kay, "Basic Color Terms", 1969), and beige and
/// turquoise, which photographs are full of. Borders are by hue angle, chroma and lightness in OKLab, set by eye on a
/// chart of sRGB: neighbours of a border go either way.</remarks>
public static class ColourWord
{
    /// <summary>Chroma below which a colour is a grey.</summary>
    const float LeastChroma = 0.035f;

    /// <summary>Chroma below which an orange or yellow hue is earth.</summary>
    const float EarthChroma = 0.115f;

    /// <summary>The word, such as "dark" colours included in black and brown.</summary>
    public static string Of(Oklab colour)
    {
        var chroma = MathF.Sqrt((colour.A * colour.A) + (colour.B * colour.B));
        if (colour.L < 0.25f || (colour.L < 0.32f && chroma < 0.06f))
        {
            return "black";
        }

        if (chroma < LeastChroma)
        {
            return colour.L switch { < 0.42f => "black", < 0.87f => "grey", _ => "white" };
        }

        var hue = MathF.Atan2(colour.B, colour.A) * 180 / MathF.PI;
        hue = hue < 0 ? hue + 360 : hue;
        return hue switch
        {
            < 12 => colour.L > 0.65f ? "pink" : "red",
            < 42 => colour.L > 0.72f ? "pink" : chroma < EarthChroma ? "brown" : "red",
            < 78 => chroma < EarthChroma ? Earth(colour.L) : colour.L < 0.52f ? "brown" : "orange",
            < 112 => chroma < EarthChroma ? Earth(colour.L) : colour.L < 0.5f ? "brown" : "yellow",
            < 165 => "green",
            < 212 => "turquoise",
            < 285 => "blue",
            < 330 => "purple",
            _ => "pink",
        };
    }

    static string Earth(float lightness) => lightness > 0.7f ? "beige" : "brown";
}
