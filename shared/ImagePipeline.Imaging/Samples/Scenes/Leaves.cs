using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>
/// Shapes fallen on top of each other, few large and many small, each with a shadow: the "dead leaves" model, whose
/// statistics are close to those of photographs (Lee, Mumford, Huang, IJCV 2001).
/// </summary>
static class Leaves
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var ground = palette.AnyAccent(random) * 0.7f;
        canvas.Fill(_ => ground);
        var (kind, smallest) = (random.Below(4), random.Between(0.02f, 0.06f));
        var tilt = random.Between(0f, MathF.Tau);
        for (var leaf = 60 + random.Below(90); leaf > 0; leaf--)
        {
            // Sizes by inverse transform of the density r^-3 above the smallest.
            var size = MathF.Min(0.38f, smallest / MathF.Sqrt(1f - random.Unit()));
            var centre = new Vector2(random.Between(-0.1f, 1.1f) * canvas.Aspect, random.Between(-0.1f, 1.1f));
            var colour = Vector3.Lerp(
                palette.AnyAccent(random),
                random.Chance(0.3f) ? palette.Light : palette.Dark,
                random.Between(0f, 0.4f));
            var angle = tilt + random.Between(-0.8f, 0.8f);
            Func<Vector2, float> form = (kind < 3 ? kind : random.Below(3)) switch
            {
                0 => p => p.Length() - size,
                1 => p => Brush.BoxDistance(Brush.Turn(p, -angle), new Vector2(size, size * 0.7f), size * 0.18f),
                _ => p => Lens(Brush.Turn(p, -angle), size),
            };
            Drop(canvas, random, form, centre, size, colour, angle);
        }
    }

    static void Drop(
        Canvas canvas,
        SceneRandom random,
        Func<Vector2, float> form,
        Vector2 centre,
        float size,
        Vector3 colour,
        float angle)
    {
        var along = Brush.Turn(Vector2.UnitX, angle);
        var (seed, vein) = ((uint)random.Next(), random.Between(0f, 0.22f));
        var area = Area.Around(centre, size * 1.3f);
        var fall = new Vector2(0.05f, 0.09f) * size;
        canvas.Shape(area.Grow(size * 0.2f), p => form(p - centre - fall), _ => Vector3.Zero, 0.45f, size * 0.25f);
        canvas.Shape(
            area,
            p => form(p - centre),
            p =>
            {
                var q = (p - centre) / size;
                var t = Vector2.Dot(q, along);
                var fleck = vein * (
                    Noise.Fractal(new Vector2(t * 3f, (q.X * along.Y - q.Y * along.X) * 12f), 2, seed) - 0.5f);
                return colour * (1f + (0.22f * t) + fleck);
            });
    }

    // Two circle arcs meeting in points: the outline of a beech leaf.
    static float Lens(Vector2 p, float size)
    {
        var radius = size * 1.45f;
        return Vector2.Distance(new Vector2(p.X, MathF.Abs(p.Y)), new Vector2(0f, -size * 1.05f)) - radius;
    }
}
