namespace ImagePipeline.Core.Colour;

/// <summary>A colour in OKLab, where equal distances look about equally different.</summary>
/// <remarks>Source: Björn Ottosson, "A perceptual color space for image processing" (2020),
/// https://bottosson.github.io/posts/oklab/, the matrices of its C++ listing; the sRGB transfer function is that of
/// IEC 61966-2-1.</remarks>
/// <param name="L">Lightness, 0 (black) to 1 (white).</param>
/// <param name="A">Green (negative) to red, within ±0.3 for sRGB colours.</param>
/// <param name="B">Blue (negative) to yellow, within ±0.33 for sRGB colours.</param>
public readonly record struct Oklab(float L, float A, float B)
{
    /// <summary>Converts an sRGB colour of 8 bits a channel.</summary>
    public static Oklab FromRgb(byte red, byte green, byte blue)
    {
        var r = ToLinear(red);
        var g = ToLinear(green);
        var b = ToLinear(blue);
        var l = MathF.Cbrt(0.4122214708f * r + 0.5363325363f * g + 0.0514459929f * b);
        var m = MathF.Cbrt(0.2119034982f * r + 0.6806995451f * g + 0.1073969566f * b);
        var s = MathF.Cbrt(0.0883024619f * r + 0.2817188376f * g + 0.6299787005f * b);
        return new(
            0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
            1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
            0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s);
    }

    /// <summary>Converts to the nearest sRGB colour; what lies outside sRGB is clipped channel by channel.</summary>
    public (byte R, byte G, byte B) ToRgb()
    {
        var l = Cube(L + 0.3963377774f * A + 0.2158037573f * B);
        var m = Cube(L - 0.1055613458f * A - 0.0638541728f * B);
        var s = Cube(L - 0.0894841775f * A - 1.2914855480f * B);
        return (
            FromLinear(4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s),
            FromLinear(-1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s),
            FromLinear(-0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s));
    }

    /// <summary>Squared distance; differences below about 0.02 (squared 0.0004) are hardly seen.</summary>
    public float SquaredDistanceTo(Oklab other)
    {
        var (l, a, b) = (L - other.L, A - other.A, B - other.B);
        return l * l + a * a + b * b;
    }

    static float Cube(float x) => x * x * x;

    static float ToLinear(byte channel)
    {
        var x = channel / 255f;
        return x <= 0.04045f ? x / 12.92f : MathF.Pow((x + 0.055f) / 1.055f, 2.4f);
    }

    static byte FromLinear(float x)
    {
        var y = x <= 0.0031308f ? 12.92f * x : 1.055f * MathF.Pow(x, 1 / 2.4f) - 0.055f;
        return (byte)MathF.Round(255 * Math.Clamp(y, 0, 1));
    }
}
