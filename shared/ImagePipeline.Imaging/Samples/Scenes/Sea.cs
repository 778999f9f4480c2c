using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Water to the horizon with a low sun, islands and sailing boats, all mirrored in the waves.</summary>
static class Sea
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var sky = Sky.Pick(random);
        var horizon = random.Between(0.42f, 0.62f);
        var sun = new Vector2(random.Between(0.15f, 0.85f) * canvas.Aspect, horizon - random.Between(0.03f, 0.3f));
        sky.Paint(canvas, sun, random);

        for (var island = random.Below(3); island > 0; island--)
        {
            var centre = random.Unit() * canvas.Aspect;
            var width = random.Between(0.15f, 0.5f);
            var ridge = Ridge.Random(random, 0f, 0.5f, 5f);
            var peak = random.Between(0.1f, 0.22f);
            var colour = Vector3.Lerp(palette.Accent(island), sky.Low, 0.45f);
            canvas.Below(
                x => horizon - (peak * (1f + ridge.At(x)) * MathF.Max(0f, 1f - MathF.Pow((x - centre) / width, 2f))),
                (p, _) => colour * (1.05f - (0.6f * (horizon - p.Y))));
        }

        PaintWater(
            canvas, random, horizon, Vector3.Lerp(palette.Accent(random.Below(3)), palette.Dark, 0.35f), sun, sky.Sun);
        for (var boat = 1 + random.Below(4); boat > 0; boat--)
        {
            var depth = random.Between(0.02f, 0.3f);
            var foot = new Vector2(random.Between(0.08f, 0.92f) * canvas.Aspect, horizon + depth);
            PaintBoat(canvas, foot, 0.06f + (depth * random.Between(0.5f, 1.1f)), palette, random);
        }
    }

    static void PaintWater(Canvas canvas, SceneRandom random, float horizon, Vector3 deep, Vector2 sun, Vector3 light)
    {
        var seed = (uint)random.Next();
        var chop = random.Between(0.01f, 0.045f);
        canvas.Blend(
            new Area(0f, horizon, canvas.Aspect, 1f),
            _ => 1f,
            p =>
            {
                // Waves look smaller and denser towards the horizon: divide by the distance below it.
                var below = p.Y - horizon + 0.004f;
                var wave = Noise.Fractal(
                    new Vector2(p.X * 3f / (below + 0.12f), 2.2f / (below + 0.05f)), 3, seed) - 0.5f;
                var mirrored = canvas.ColourAt(
                    new Vector2(p.X + (wave * chop * 3f), horizon - below - (wave * chop * 4f)));
                var water = Vector3.Lerp(mirrored, deep, 0.25f + (0.55f * below / (1f - horizon)));
                var path = MathF.Exp(-MathF.Pow((p.X - sun.X) / (0.03f + (0.22f * below)), 2f));
                var glitter = Math.Clamp((wave - 0.02f) * 7f, 0f, 1f) * path;
                return Vector3.Lerp(water * (1f + (wave * 0.5f)), light, glitter * 0.85f);
            });
    }

    static void PaintBoat(Canvas canvas, Vector2 foot, float size, Palette palette, SceneRandom random)
    {
        var (hull, sail) = (
            palette.AnyAccent(random),
            Vector3.Lerp(palette.Light, palette.AnyAccent(random), random.Between(0f, 0.6f)));
        canvas.Ellipse(
            foot + new Vector2(0f, size * 0.1f),
            new Vector2(size * 0.5f, size * 0.05f),
            palette.Dark,
            opacity: 0.35f,
            blur: size * 0.1f);
        var mast = foot + new Vector2(-0.03f, 0f) * size;
        canvas.Line(mast, mast - new Vector2(0f, size * 1.15f), size * 0.03f, palette.Dark);
        canvas.Polygon(
            sail,
            mast + new Vector2(0.04f, -1.1f) * size,
            mast + new Vector2(0.5f, -0.2f) * size,
            mast + new Vector2(0.04f, -0.2f) * size);
        canvas.Polygon(
            sail * 0.85f,
            mast + new Vector2(-0.04f, -0.95f) * size,
            mast + new Vector2(-0.04f, -0.2f) * size,
            mast + new Vector2(-0.36f, -0.2f) * size);
        canvas.Polygon(
            hull * 0.9f,
            foot + new Vector2(-0.5f, -0.13f) * size,
            foot + new Vector2(0.55f, -0.13f) * size,
            foot + new Vector2(0.36f, 0.08f) * size,
            foot + new Vector2(-0.38f, 0.08f) * size);
    }
}
