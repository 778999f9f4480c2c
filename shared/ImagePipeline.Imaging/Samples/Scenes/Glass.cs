using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Stained glass: cells about scattered points, with lead between them and light behind.</summary>
static class Glass
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var (count, seed, lead) = (random.Between(4f, 11f), (uint)random.Next(), random.Between(0.02f, 0.07f));
        var sun = new Vector2(random.Unit() * canvas.Aspect, random.Unit());
        var jitter = random.Between(0.45f, 1f);
        var sunny = random.Chance(0.5f);
        var start = random.Below(5);
        canvas.Fill(p =>
        {
            var (edge, column, row) = Cell(p * count, seed, jitter);
            var clear = Math.Clamp(((edge - lead) / (canvas.Pixel * count)) + 0.5f, 0f, 1f);
            var border = palette.Dark * (0.5f + (4f * MathF.Min(edge, lead)));
            if (clear == 0f)
            {
                return border;
            }

            var pick = Noise.Lattice(column, row, seed + 2);
            var away = Vector2.Distance(new Vector2(column + 0.5f, row + 0.5f) / count, sun);
            var colour = palette.Accent(start + (int)(sunny ? (away * 4f) + (pick * 1.6f) : pick * 5f));
            var streaks = Noise.Fractal(new Vector2(p.X * 9f, p.Y * 25f) + new Vector2(pick * 50f), 2, seed);
            var light = 1.2f - (0.45f * Vector2.Distance(p, sun)) + (0.25f * (streaks - 0.5f)) + (0.3f * (pick - 0.5f));
            var pane = (colour * light * Math.Clamp(0.75f + (edge * 1.5f), 0f, 1f)) + (palette.Light * 0.05f);
            return Vector3.Lerp(border, pane, clear);
        });
    }

    /// <summary>The cell a point lies in, and how far it is from its border (lengths in cells).</summary>
    static (float Edge, int Column, int Row) Cell(Vector2 p, uint seed, float jitter)
    {
        var (x, y) = ((int)MathF.Floor(p.X), (int)MathF.Floor(p.Y));
        var (nearest, second, column, row) = (9f, 9f, x, y);
        for (var j = y - 1; j <= y + 1; j++)
        {
            for (var i = x - 1; i <= x + 1; i++)
            {
                var site = new Vector2(Noise.Lattice(i, j, seed) - 0.5f, Noise.Lattice(i, j, seed + 1) - 0.5f);
                var distance = Vector2.DistanceSquared(p, new Vector2(i + 0.5f, j + 0.5f) + (site * jitter));
                if (distance < nearest)
                {
                    (nearest, second, column, row) = (distance, nearest, i, j);
                }
                else
                {
                    second = MathF.Min(second, distance);
                }
            }
        }

        return ((MathF.Sqrt(second) - MathF.Sqrt(nearest)) / 2f, column, row);
    }
}
