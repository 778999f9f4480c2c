using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Fruit, boxes and vases on a table, lit from one side.</summary>
static class StillLife
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var edge = random.Between(0.5f, 0.68f);
        var light = Vector3.Normalize(new Vector3(random.Chance(0.5f) ? -0.6f : 0.6f, -0.7f, 0.6f));
        PaintRoom(canvas, random, palette, edge, light);

        // Far things first, so that near ones stand before them.
        var count = 3 + random.Below(4);
        var start = random.Below(5);
        for (var i = 0; i < count; i++)
        {
            var near = (i + 0.5f) / count;
            var slot = ((i * 2) + start) % count;
            var foot = new Vector2(
                canvas.Aspect * (0.12f + (0.76f * (slot + random.Between(0.3f, 0.7f)) / count)),
                edge + 0.04f + ((0.92f - edge) * near * 0.85f));
            var size = random.Between(0.11f, 0.17f) * (0.8f + (0.5f * near));
            var colour = palette.Accent(i + start);
            canvas.Ellipse(
                foot + new Vector2(
                    -light.X * size * 0.7f,
                    0f), new Vector2(size * 1.35f, size * 0.3f), palette.Dark, opacity: 0.5f, blur: size * 0.5f);
            switch (random.Below(3))
            {
                case 0: PaintBall(canvas, random, foot, size, colour, light); break;
                case 1: PaintCrate(canvas, random, foot, size, colour, light); break;
                default: PaintVase(canvas, random, foot, size, colour, light); break;
            }
        }
    }

    static void PaintRoom(Canvas canvas, SceneRandom random, Palette palette, float edge, Vector3 light)
    {
        var wall = Vector3.Lerp(palette.AnyAccent(random), palette.Light, random.Between(0.2f, 0.75f));
        var table = Vector3.Lerp(palette.AnyAccent(random), palette.Dark, random.Between(0.1f, 0.5f));
        var seed = (uint)random.Next();
        var lamp = new Vector2((0.5f + (light.X * 0.6f)) * canvas.Aspect, 0.1f);
        canvas.Fill(
            p => wall * (1.08f - (0.42f * Vector2.Distance(p, lamp)) + (0.06f * Noise.Fractal(p * 9f, 2, seed))));
        canvas.Below(
            _ => edge,
            (p, depth) =>
            {
                var grain = Noise.Fractal(new Vector2(p.X * 3f, p.Y * 60f), 3, seed);
                return table * (0.75f + (0.35f * grain) + (0.35f * depth));
            });
        canvas.Rectangle(new Area(0f, edge, canvas.Aspect, edge + 0.008f), table * 1.4f, 0.6f);
    }

    static void PaintBall(Canvas canvas, SceneRandom random, Vector2 foot, float size, Vector3 colour, Vector3 light)
    {
        var centre = foot - new Vector2(0f, size * 0.85f);
        var (seed, spots, shine) = ((uint)random.Next(), random.Between(0f, 0.5f), random.Between(0.2f, 0.9f));
        canvas.Shape(
            Area.Around(centre, size),
            p => Vector2.Distance(p, centre) - size,
            p =>
            {
                var q = (p - centre) / size;
                var normal = new Vector3(q, MathF.Sqrt(MathF.Max(0f, 1f - q.LengthSquared())));
                var skin = 1f + (
                    spots * (Noise.Fractal(new Vector2(normal.X + normal.Z, normal.Y) * 6f, 3, seed) - 0.5f));
                return Lit(colour * skin, normal, light, shine);
            });
        if (random.Chance(0.5f))
        {
            canvas.Line(
                centre - new Vector2(0f, size * 0.85f),
                centre - new Vector2(size * -0.1f, size * 1.2f),
                size * 0.08f,
                colour * 0.3f);
        }
    }

    static void PaintCrate(Canvas canvas, SceneRandom random, Vector2 foot, float size, Vector3 colour, Vector3 light)
    {
        var (wide, tall, deep) = (size * random.Between(0.7f, 1.1f), size * random.Between(1f, 2.2f), size * 0.45f);
        var side = light.X < 0f ? 1f : -1f;
        Vector2 At(float x, float y) => foot + new Vector2(x * side, y);
        void Face(Vector3 shade, params Vector2[] corners)
        {
            if (side < 0f)
            {
                Array.Reverse(corners);
            }

            canvas.Polygon(shade, corners);
        }

        Face(colour * 0.95f, At(-wide, -tall), At(wide, -tall), At(wide, 0f), At(-wide, 0f));
        Face(
            colour * 0.55f,
            At(wide, -tall),
            At(wide + deep, -tall - (deep * 0.6f)),
            At(wide + deep, -deep * 0.6f),
            At(wide, 0f));
        Face(
            Vector3.Lerp(colour, Vector3.One, 0.4f),
            At(-wide, -tall), At(
                -wide + deep, -tall - (deep * 0.6f)), At(wide + deep, -tall - (deep * 0.6f)), At(wide, -tall));
        var stripes = random.Below(4);
        for (var i = 1; i <= stripes; i++)
        {
            var y = -tall * i / (stripes + 1f);
            canvas.Line(At(-wide, y), At(wide, y), size * 0.06f, Vector3.Lerp(colour, Vector3.One, 0.55f));
        }
    }

    static void PaintVase(Canvas canvas, SceneRandom random, Vector2 foot, float size, Vector3 colour, Vector3 light)
    {
        var tall = size * random.Between(2.2f, 3.4f);
        var (belly, neck, turn) = (
            random.Between(0.55f, 0.95f), random.Between(0.18f, 0.35f), random.Between(0.2f, 0.5f));
        var bands = random.Below(3) * 9f;
        // Half width at a height t, 0 (foot) to 1 (mouth): a bell for the belly over a straight neck.
        float Half(float t) =>
            size * (neck + (0.12f * t * t) + ((belly - neck) * MathF.Exp(-MathF.Pow((t - turn) / 0.27f, 2f))));
        canvas.Shape(
            new Area(foot.X - size, foot.Y - tall, foot.X + size, foot.Y),
            p =>
            {
                var t = Math.Clamp((foot.Y - p.Y) / tall, 0f, 1f);
                return MathF.Max(
                    MathF.Abs(p.X - foot.X) - Half(t), MathF.Abs(p.Y - foot.Y + (tall / 2f)) - (tall / 2f));
            },
            p =>
            {
                var t = (foot.Y - p.Y) / tall;
                var across = Math.Clamp((p.X - foot.X) / Half(t), -1f, 1f);
                var normal = Vector3.Normalize(
                    new Vector3(across, (t - turn) * -0.8f, MathF.Sqrt(1f - (across * across)) + 0.05f));
                var glaze = MathF.Sin(t * bands * 3f) > 0.6f ? Vector3.Lerp(colour, Vector3.One, 0.5f) : colour;
                return Lit(glaze, normal, light, 0.6f);
            });
        canvas.Ellipse(foot - new Vector2(0f, tall), new Vector2(Half(1f), size * 0.07f), colour * 0.4f);
    }

    static Vector3 Lit(Vector3 colour, Vector3 normal, Vector3 light, float shine)
    {
        var facing = Vector3.Dot(normal, light);
        var half = Vector3.Normalize(light + Vector3.UnitZ);
        var glint = MathF.Pow(MathF.Max(0f, Vector3.Dot(normal, half)), 40f);
        return (colour * (0.35f + (0.75f * MathF.Max(0f, facing)))) + new Vector3(shine * glint);
    }
}
