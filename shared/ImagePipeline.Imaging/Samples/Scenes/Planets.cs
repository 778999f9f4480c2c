using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Planets, some with rings or moons, before stars and a nebula.</summary>
static class Planets
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var seed = (uint)random.Next();
        var (first, second) = (palette.Accent(random.Below(5)), palette.Accent(random.Below(5)));
        var night = palette.Dark * 0.3f;
        canvas.Fill(p =>
        {
            var cloud = Noise.Fractal(p * 2.4f, 5, seed);
            var tint = Vector3.Lerp(first, second, Noise.At(p.X * 1.5f, p.Y * 1.5f, seed + 9));
            return night + (tint * MathF.Max(0f, cloud - 0.42f) * 1.9f);
        });
        for (var star = 160; star > 0; star--)
        {
            var at = new Vector2(random.Unit() * canvas.Aspect, random.Unit());
            var size = random.Between(0.0006f, 0.003f);
            canvas.Disc(at, size, Vector3.Lerp(Vector3.One, palette.AnyAccent(random), 0.3f), random.Between(0.3f, 1f));
            if (size > 0.0027f)
            {
                canvas.Glow(at, size * 9f, Vector3.One, 0.5f);
            }
        }

        var light = Vector3.Normalize(new Vector3(random.Between(-1f, 1f), random.Between(-0.7f, 0.3f), 0.55f));
        var count = 1 + random.Below(3);
        for (var i = 0; i < count; i++)
        {
            var x = canvas.Aspect * (i + random.Between(0.3f, 0.7f)) / count;
            var radius = random.Between(0.1f, 0.3f) / (1f + (0.35f * i));
            PaintPlanet(canvas, random, new Vector2(x, random.Between(0.3f, 0.7f)), radius, palette, light);
        }
    }

    static void PaintPlanet(
        Canvas canvas, SceneRandom random, Vector2 centre, float radius, Palette palette, Vector3 light)
    {
        var (low, high) = (palette.Accent(random.Below(3)), palette.Accent(2 + random.Below(3)));
        var (seed, banded, tilt) = ((uint)random.Next(), random.Chance(0.5f), random.Between(-0.5f, 0.5f));
        var ringed = random.Chance(0.45f);
        canvas.Glow(centre, radius * 1.5f, high, 0.35f);
        if (ringed)
        {
            PaintRing(canvas, centre, radius, tilt, high, behind: true);
        }

        canvas.Shape(
            Area.Around(centre, radius),
            p => Vector2.Distance(p, centre) - radius,
            p =>
            {
                var q = Brush.Turn((p - centre) / radius, -tilt);
                var depth = MathF.Sqrt(MathF.Max(0f, 1f - q.LengthSquared()));
                var land = banded
                    ? Noise.Fractal(
                        new Vector2(q.X * 0.6f, (q.Y * 7f) + (0.6f * Noise.At(q.X * 3f, q.Y * 6f, seed))), 3, seed)
                    : Noise.Fractal(new Vector2(q.X / (0.6f + depth), q.Y / (0.6f + depth)) * 4.5f, 5, seed);
                var colour = Vector3.Lerp(low, high, Math.Clamp((land - 0.5f) * (banded ? 3f : 6f) + 0.5f, 0f, 1f));
                var facing = Vector3.Dot(new Vector3((p - centre) / radius, depth), light);
                return (colour * (0.06f + (1.1f * Math.Clamp(facing + 0.12f, 0f, 1f))))
                    + (high * 0.25f * MathF.Pow(1f - depth, 3f));
            });
        if (ringed)
        {
            PaintRing(canvas, centre, radius, tilt, high, behind: false);
        }
    }

    static void PaintRing(Canvas canvas, Vector2 centre, float radius, float tilt, Vector3 colour, bool behind)
    {
        const float flatness = 0.28f;
        canvas.Blend(
            Area.Around(centre, radius * 2.1f),
            p =>
            {
                var q = Brush.Turn(p - centre, -tilt) / radius;
                if (q.Y < 0f != behind)
                {
                    return 0f;
                }

                var r = new Vector2(q.X, q.Y / flatness).Length();
                var edge = MathF.Min(r - 1.3f, 2.05f - r) * radius * flatness / canvas.Pixel;
                var gap = 0.55f + (0.4f * MathF.Sin(r * 26f));
                return Math.Clamp(edge, 0f, 1f) * gap * 0.85f;
            },
            _ => Vector3.Lerp(colour, Vector3.One, 0.35f));
    }
}
