using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Business charts: bars, lines, a donut or a scatter, with a heading and labels.</summary>
static class Chart
{
    static readonly string[] Headings =
    [
        "SALES BY REGION", "VISITORS 2019-2024", "RAINFALL", "ENERGY MIX", "REACTION TIME", "MONTHLY COST",
        "POPULATION", "HARVEST",
    ];

    static readonly string[] Labels = ["NORTH", "EAST", "SOUTH", "WEST", "COAST", "INLAND"];

    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var dark = random.Chance(0.35f);
        var (paper, ink) = dark
            ? (palette.Dark, palette.Light)
            : (Vector3.Lerp(palette.Light, Vector3.One, 0.5f), palette.Dark);
        canvas.Fill(_ => paper);
        canvas.Text(random.Pick<string>(Headings), new Vector2(0.07f, 0.06f), 0.055f, ink);
        canvas.Rectangle(
            new Area(0.07f, 0.14f, 0.07f + random.Between(0.15f, 0.4f), 0.146f), palette.AnyAccent(random));

        var plot = new Area(0.14f, 0.22f, canvas.Aspect - 0.07f, 0.86f);
        var kind = random.Below(4);
        if (kind == 0)
        {
            PaintDonut(canvas, random, palette, paper, ink);
            return;
        }

        PaintGrid(canvas, random, plot, Vector3.Lerp(paper, ink, 0.16f), ink);
        switch (kind)
        {
            case 1: PaintBars(canvas, random, palette, plot); break;
            case 2: PaintLines(canvas, random, palette, plot); break;
            default: PaintPoints(canvas, random, palette, plot); break;
        }

        canvas.Line(new(plot.Left, plot.Bottom), new(plot.Right, plot.Bottom), 0.006f, ink);
    }

    static void PaintGrid(Canvas canvas, SceneRandom random, Area plot, Vector3 line, Vector3 ink)
    {
        var step = random.Pick([5, 10, 20, 25, 50]);
        for (var i = 0; i <= 4; i++)
        {
            var y = float.Lerp(plot.Bottom, plot.Top, i / 4f);
            canvas.Line(new(plot.Left, y), new(plot.Right, y), 0.003f, line);
            canvas.Text($"{i * step}", new Vector2(0.05f, y - 0.015f), 0.03f, ink);
        }
    }

    static void PaintBars(Canvas canvas, SceneRandom random, Palette palette, Area plot)
    {
        var groups = 4 + random.Below(5);
        var series = 1 + random.Below(3);
        var start = random.Below(5);
        var pitch = (plot.Right - plot.Left) / groups;
        for (var bar = 0; bar < groups * series; bar++)
        {
            var left = plot.Left + (pitch * ((bar / series) + 0.15f + (0.7f * (bar % series) / series)));
            var top = plot.Bottom - ((plot.Bottom - plot.Top) * random.Between(0.12f, 0.98f));
            var colour = palette.Accent(start + (series == 1 && random.Chance(0.2f) ? 4 : bar % series));
            canvas.Rectangle(new Area(left, top, left + (pitch * 0.66f / series), plot.Bottom), colour);
        }
    }

    static void PaintLines(Canvas canvas, SceneRandom random, Palette palette, Area plot)
    {
        for (var series = 1 + random.Below(3); series >= 0; series--)
        {
            var colour = palette.Accent(series + 1);
            var ridge = new Ridge(random.Between(0.35f, 0.65f), 0.42f, random.Between(2f, 4f), 3, (uint)random.Next());
            float Curve(float x) => float.Lerp(plot.Top, plot.Bottom, Math.Clamp(ridge.At(x), 0.02f, 0.98f));
            canvas.Blend(plot, p => p.Y > Curve(p.X) ? 0.16f : 0f, _ => colour);
            const int points = 12;
            for (var i = 0; i < points; i++)
            {
                var (from, to) = (
                    float.Lerp(plot.Left, plot.Right, i / (float)points),
                    float.Lerp(plot.Left, plot.Right, (i + 1f) / points));
                canvas.Line(new(from, Curve(from)), new(to, Curve(to)), 0.011f, colour);
                canvas.Disc(new(to, Curve(to)), 0.013f, colour);
            }
        }
    }

    static void PaintPoints(Canvas canvas, SceneRandom random, Palette palette, Area plot)
    {
        var size = new Vector2(plot.Right - plot.Left, plot.Bottom - plot.Top);
        for (var group = 2 + random.Below(3); group > 0; group--)
        {
            var centre = new Vector2(random.Between(0.2f, 0.8f), random.Between(0.2f, 0.8f));
            var spread = random.Between(0.05f, 0.18f);
            for (var i = 0; i < 28; i++)
            {
                // A sum of uniforms is near enough to a bell curve here.
                var bell = new Vector2(random.Unit() + random.Unit() - 1f, random.Unit() + random.Unit() - 1f);
                var at = Vector2.Clamp(centre + (spread * bell * 1.8f), new Vector2(0.02f), new Vector2(0.98f));
                canvas.Disc(
                    new Vector2(plot.Left, plot.Top) + (at * size),
                    random.Between(0.008f, 0.022f),
                    palette.Accent(group),
                    0.75f);
            }
        }
    }

    static void PaintDonut(Canvas canvas, SceneRandom random, Palette palette, Vector3 paper, Vector3 ink)
    {
        var centre = new Vector2(canvas.Aspect * random.Between(0.3f, 0.42f), 0.57f);
        var (outer, inner) = (0.32f, random.Between(0f, 0.2f));
        var shares = new float[4 + random.Below(3)];
        for (var i = 0; i < shares.Length; i++)
        {
            shares[i] = random.Between(0.3f, 1.6f);
        }

        var (total, start) = (shares.Sum(), random.Below(5));
        int Slice(Vector2 p)
        {
            var angle = ((MathF.Atan2(p.Y, p.X) / MathF.Tau) + 1.25f) % 1f * total;
            var slice = 0;
            while (slice < shares.Length - 1 && angle > shares[slice])
            {
                angle -= shares[slice++];
            }

            return slice;
        }

        Vector3 Colour(int slice) => slice < 5 ? palette.Accent(start + slice) : Vector3.Lerp(paper, ink, 0.4f);
        canvas.Shape(
            Area.Around(centre, outer), p => Vector2.Distance(p, centre) - outer, p => Colour(Slice(p - centre)));
        canvas.Disc(centre, inner, paper);
        for (var i = 0; i < shares.Length; i++)
        {
            var at = new Vector2(centre.X + outer + 0.09f, 0.34f + (0.08f * i));
            canvas.Box(at, new Vector2(0.02f), Colour(i), corner: 0.006f);
            canvas.Text($"{Labels[i]} {shares[i] / total * 100f:0}%", at + new Vector2(0.04f, -0.0175f), 0.035f, ink);
        }
    }
}
