using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Tree trunks that fade into mist, with slanting light.</summary>
static class Forest
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var mist = Vector3.Lerp(palette.Light, palette.Accent(2 + random.Below(3)), random.Between(0.1f, 0.55f));
        var bark = Vector3.Lerp(palette.Dark, palette.Accent(random.Below(2)), random.Between(0f, 0.4f));
        var birch = random.Chance(0.35f);
        var glow = new Vector2(random.Between(0.2f, 0.8f) * canvas.Aspect, random.Between(0.1f, 0.45f));
        canvas.Fill(p => mist * (1.1f - (0.35f * Vector2.Distance(p, glow))));
        canvas.Glow(glow, 0.55f, Vector3.One, 0.6f);

        const int layers = 5;
        for (var layer = 0; layer < layers; layer++)
        {
            var near = (layer + 1f) / layers;
            var colour = Vector3.Lerp(mist, bark, near * near * 0.9f);
            var ground = Ridge.Random(random, 0.62f + (0.3f * near), 0.06f, 2.5f);
            for (var tree = 11 - (layer * 2); tree > 0; tree--)
            {
                var x = random.Unit() * canvas.Aspect;
                PaintTree(
                    canvas,
                    random,
                    new Vector2(x, ground.At(x) + 0.03f),
                    0.008f + (0.035f * near * near),
                    colour,
                    birch,
                    palette.Light);
            }

            PaintGround(canvas, ground, Vector3.Lerp(colour, palette.Accent(3), 0.25f), (uint)random.Next());
            PaintHaze(canvas, mist, 0.2f * (1f - near), glow);
        }

        PaintRays(canvas, random, glow);
    }

    static void PaintTree(
        Canvas canvas, SceneRandom random, Vector2 foot, float width, Vector3 colour, bool birch, Vector3 white)
    {
        var (lean, seed) = (random.Between(-0.05f, 0.05f), (uint)random.Next());
        var skin = birch ? Vector3.Lerp(colour, white, 0.55f) : colour;
        canvas.Shape(
            new Area(foot.X - (width * 3f) - 0.05f, 0f, foot.X + (width * 3f) + 0.05f, foot.Y),
            p =>
            {
                var up = foot.Y - p.Y;
                var flare = width * (0.5f + (0.5f * MathF.Exp(-up / (width * 1.2f))) - (0.18f * up));
                var wander = (Noise.At(up * 4f, 0.5f, seed) - 0.5f) * width * 0.8f;
                return MathF.Max(MathF.Abs(p.X - foot.X - (lean * up) - wander) - flare, -up);
            },
            p =>
            {
                var side = (p.X - foot.X - (lean * (foot.Y - p.Y))) / width;
                var rough = birch
                    ? Noise.At(p.X / width * 0.7f, p.Y / width * 2.5f, seed) > 0.72f ? -0.6f : 0f
                    : 0.5f * (Noise.Fractal(new Vector2(p.X / width * 4f, p.Y / width * 0.6f), 2, seed) - 0.5f);
                return skin * (1f + rough - (0.35f * side));
            });
        for (var branch = random.Below(5); branch > 0; branch--)
        {
            var from = new Vector2(foot.X + (lean * (foot.Y - 0.3f)), foot.Y * random.Between(0.1f, 0.6f));
            from.X = foot.X + (lean * (foot.Y - from.Y));
            var side = random.Chance(0.5f) ? 1f : -1f;
            var to = from + new Vector2(side * width * random.Between(2f, 5f), -width * random.Between(1f, 4f));
            canvas.Line(from, to, width * 0.18f, skin * 0.85f);
            canvas.Line(Vector2.Lerp(from, to, 0.6f), to + new Vector2(0f, -width), width * 0.1f, skin * 0.85f);
        }
    }

    static void PaintGround(Canvas canvas, Ridge ground, Vector3 colour, uint seed) =>
        canvas.Below(
            ground.At,
            (p, _) => colour * (0.8f + (0.45f * Noise.Fractal(new Vector2(p.X * 18f, p.Y * 55f), 3, seed))),
            0.012f);

    static void PaintHaze(Canvas canvas, Vector3 mist, float amount, Vector2 glow) =>
        canvas.Blend(canvas.Everything, p => amount * MathF.Max(0f, 1.2f - Vector2.Distance(p, glow)), _ => mist);

    static void PaintRays(Canvas canvas, SceneRandom random, Vector2 glow)
    {
        for (var ray = 3 + random.Below(4); ray > 0; ray--)
        {
            var to = glow + (Brush.Turn(Vector2.UnitY, random.Between(-0.9f, 0.9f)) * 1.1f);
            var (width, strength) = (random.Between(0.05f, 0.14f), random.Between(0.06f, 0.16f));
            canvas.Blend(
                canvas.Everything,
                p =>
                {
                    var t = Vector2.Dot(p - glow, to - glow) / (to - glow).LengthSquared();
                    var across = Vector2.Distance(p, glow + (t * (to - glow))) / (width * (0.2f + MathF.Abs(t)));
                    return t <= 0f || across >= 1f ? 0f : strength * (1f - across) * MathF.Max(0f, 1.1f - t);
                },
                _ => Vector3.One);
        }
    }
}
