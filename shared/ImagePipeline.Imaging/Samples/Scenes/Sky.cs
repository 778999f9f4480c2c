using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>A sky: colours overhead and at the horizon, the sun's, and how much cloud there is (0 to 1).</summary>
sealed record Sky(Vector3 High, Vector3 Low, Vector3 Sun, float Clouds)
{
    static readonly Sky[] All =
    [
        From(0x2F80C9, 0xCFE8F5, 0xFFFBE8, 0.5f),
        From(0x5BA3D9, 0xF3E9D2, 0xFFF4C4, 0.35f),
        From(0x2B2D6E, 0xF49D6E, 0xFFE0A3, 0.4f),
        From(0x4B3B6B, 0xF7B2A5, 0xFFF0D5, 0.3f),
        From(0x83A7B8, 0xE9E6DC, 0xFFFFFF, 0.7f),
        From(0x124E66, 0xF2D7A0, 0xFFF6DA, 0.2f),
        From(0x0F1C3F, 0x5E7CA8, 0xF2F4FF, 0.25f),
        From(0x7A2E4D, 0xFFC371, 0xFFF1B8, 0.45f),
        From(0x6FB7B2, 0xFCEFDC, 0xFFF9E3, 0.3f),
    ];

    public static Sky Pick(SceneRandom random) => random.Pick<Sky>(All);

    /// <summary>Covers the canvas with the sky, its sun and its clouds.</summary>
    public void Paint(Canvas canvas, Vector2 sun, SceneRandom random)
    {
        var seed = (uint)random.Next();
        var size = random.Between(0.025f, 0.07f);
        var stretch = random.Between(2f, 5f);
        canvas.Fill(p => Vector3.Lerp(High, Low, MathF.Pow(Math.Clamp(p.Y * 1.5f, 0f, 1f), 0.9f)));
        canvas.Glow(sun, 0.6f, Sun, 0.55f);
        canvas.Disc(sun, size, Sun, blur: size * 0.12f);

        var white = Vector3.Lerp(Low, Vector3.One, 0.6f);
        canvas.Blend(
            new Area(0f, 0f, canvas.Aspect, 0.62f),
            p =>
            {
                var amount = Noise.Fractal(new Vector2(p.X * 2.2f, p.Y * 2.2f * stretch), 5, seed);
                var cover = Math.Clamp((amount - 0.72f + (0.36f * Clouds)) * 5f, 0f, 1f);
                return cover * MathF.Min(1f, (0.62f - p.Y) * 5f) * 0.85f;
            },
            p => Vector3.Lerp(white, High, 0.25f * Noise.At(p.X * 4f, (p.Y * 4f * stretch) + 0.4f, seed)));
    }

    static Sky From(int high, int low, int sun, float clouds) =>
        new(Palette.Hex(high), Palette.Hex(low), Palette.Hex(sun), clouds);
}
