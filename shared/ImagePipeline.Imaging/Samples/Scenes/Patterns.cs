using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Cloth and tiles: stripes, plaid, scales, rings, hexagons, arcs, dots and waves.</summary>
static class Patterns
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var turn = random.Between(0f, MathF.PI);
        var count = random.Between(4f, 10f);
        var shift = new Vector2(random.Unit(), random.Unit()) * 7f;
        var seed = (uint)random.Next();
        var start = random.Below(5);
        Func<Vector2, Vector3> pattern = random.Below(8) switch
        {
            0 => p => Stripes(p, palette, seed),
            1 => p => Plaid(p, palette, seed),
            2 => p => Scales(p, palette, start),
            3 => p => Rings(p, palette, start),
            4 => p => Hexagons(p, palette, seed),
            5 => p => Arcs(p, palette, seed, start),
            6 => p => Dots(p, palette, start),
            _ => p => Waves(p, palette, start),
        };
        var weave = random.Between(0f, 0.12f);
        canvas.FillSupersampled(p =>
        {
            var colour = pattern((Brush.Turn(p, turn) * count) + shift);
            return colour * (1f + (weave * (Noise.At(p.X * 160f, p.Y * 160f, seed) - 0.5f)) - (0.12f * (p.Y - 0.5f)));
        });
    }

    static Vector3 Stripes(Vector2 p, Palette palette, uint seed)
    {
        // Bands of three widths in a random sequence.
        var band = (int)MathF.Floor(p.X * 2f);
        var pick = Noise.Lattice(band, 0, seed);
        return pick < 0.2f ? palette.Light : pick > 0.9f ? palette.Dark : palette.Accent((int)(pick * 50f));
    }

    static Vector3 Plaid(Vector2 p, Palette palette, uint seed)
    {
        float Thread(float x) => Noise.Lattice((int)MathF.Floor(x * 3f) & 7, 1, seed);
        var warp = palette.Accent((int)(Thread(p.X) * 5f));
        var weft = palette.Accent((int)(Thread(p.Y) * 5f));
        var twill = (MathF.Floor((p.X + p.Y) * 12f) % 2f) == 0f ? 0.62f : 0.38f;
        return Vector3.Lerp(warp, weft, twill);
    }

    static Vector3 Scales(Vector2 p, Palette palette, int start)
    {
        // The nearest row below covers those above it: look from the lowest row whose disc can reach here.
        for (var row = (int)MathF.Floor(p.Y * 2f) + 2; ; row--)
        {
            var x = p.X + (row % 2 == 0 ? 0f : 0.5f);
            var offset = new Vector2(x - MathF.Floor(x) - 0.5f, p.Y - (row * 0.5f));
            var radius = offset.Length();
            if (radius < 0.5f && offset.Y < 0.25f || row < (p.Y * 2f) - 4f)
            {
                var ring = (int)(radius * 8f);
                return ring % 2 == 1
                    ? palette.Light
                    : Vector3.Lerp(palette.Accent(start + ring), palette.Accent(start), 0.4f);
            }
        }
    }

    static Vector3 Rings(Vector2 p, Palette palette, int start)
    {
        var cell = new Vector2(MathF.Floor(p.X / 2f), MathF.Floor(p.Y / 2f));
        var radius = Vector2.Distance(p / 2f, cell + new Vector2(0.5f)) * 9f;
        var ground = ((int)cell.X + (int)cell.Y) % 2 == 0 ? palette.Light : palette.Dark;
        return radius > 4.2f ? ground : palette.Accent(start + (int)radius + Math.Abs((int)cell.X));
    }

    static Vector3 Hexagons(Vector2 p, Palette palette, uint seed)
    {
        // Two staggered grids of rectangles; the nearer centre owns the point.
        var size = new Vector2(1f, 1.7320508f);
        Vector2 Nearest(Vector2 q) => new(MathF.Floor(q.X / size.X) + 0.5f, MathF.Floor(q.Y / size.Y) + 0.5f);
        var (first, second) = (Nearest(p), Nearest(p + (size / 2f)));
        var a = p - (first * size);
        var b = p + (size / 2f) - (second * size);
        var (offset, id, grid) = a.LengthSquared() < b.LengthSquared() ? (a, first, 0u) : (b, second, 1u);
        var q = Vector2.Abs(offset);
        var edge = 0.5f - MathF.Max(q.X, (q.X * 0.5f) + (q.Y * 0.8660254f));
        var pick = Noise.Lattice((int)MathF.Floor(id.X), (int)MathF.Floor(id.Y), seed + grid);
        return edge < 0.04f ? palette.Light : palette.Accent((int)(pick * 5f)) * (0.85f + (0.5f * edge));
    }

    static Vector3 Arcs(Vector2 p, Palette palette, uint seed, int start)
    {
        // Truchet's quarter circles: each tile joins the middles of its sides in one of two ways.
        var (column, row) = (MathF.Floor(p.X), MathF.Floor(p.Y));
        var q = new Vector2(p.X - column, p.Y - row);
        if (Noise.Lattice((int)column, (int)row, seed) < 0.5f)
        {
            q.X = 1f - q.X;
        }

        var radius = MathF.Min(q.Length(), (q - Vector2.One).Length());
        var away = MathF.Abs(radius - 0.5f);
        return away < 0.07f ? palette.Accent(start) : away < 0.2f ? palette.Light : palette.Accent(start + 1);
    }

    static Vector3 Dots(Vector2 p, Palette palette, int start)
    {
        var (column, row) = ((int)MathF.Floor(p.X), (int)MathF.Floor(p.Y));
        var radius = Vector2.Distance(p, new Vector2(column + 0.5f, row + 0.5f));
        var size = 0.24f + (0.16f * MathF.Sin(column * 0.7f) * MathF.Sin(row * 0.5f));
        return radius < size ? palette.Accent(start + Math.Abs(column + (row * 2)) % 4) : palette.Light;
    }

    static Vector3 Waves(Vector2 p, Palette palette, int start)
    {
        var band = p.Y + (0.35f * MathF.Sin(p.X * 1.6f)) + (0.12f * MathF.Sin(p.X * 3.7f));
        var index = (int)MathF.Floor(band * 1.5f);
        var within = (band * 1.5f) - index;
        var colour = palette.Accent(start + Math.Abs(index));
        return within < 0.12f ? palette.Light : colour * (1.1f - (0.3f * within));
    }
}
