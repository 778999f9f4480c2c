using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Flowers close up, before a blurred garden.</summary>
static class Flowers
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var green = Vector3.Lerp(
            random.Pick([Palette.Hex(0x3F7D3A), Palette.Hex(0x5C8A4A), Palette.Hex(0x2F5D50)]),
            palette.Accent(0),
            0.3f);
        var far = Vector3.Lerp(palette.AnyAccent(random), palette.Light, random.Between(0.1f, 0.6f));
        canvas.Fill(p => Vector3.Lerp(far, green * 0.6f, p.Y));
        for (var blob = 24; blob > 0; blob--)
        {
            var at = new Vector2(random.Unit() * canvas.Aspect, random.Unit());
            var colour = random.Chance(0.5f) ? palette.AnyAccent(random) : palette.Light;
            var size = random.Between(0.03f, 0.13f);
            canvas.Disc(at, size, colour, random.Between(0.08f, 0.3f), size * 0.35f);
        }

        var count = 3 + random.Below(8);
        var largest = 0.26f - (0.012f * count);
        var (petals, slim) = (5 + random.Below(9), random.Between(0.25f, 0.5f));
        for (var i = 0; i < count; i++)
        {
            var head = new Vector2(
                canvas.Aspect * (((i * 0.618f) + random.Between(0f, 0.15f)) % 1f), random.Between(0.18f, 0.72f));
            var size = largest * random.Between(0.6f, 1f);
            PaintStem(canvas, random, head, size, green * random.Between(0.7f, 1.1f));
            PaintBloom(canvas, random, head, size, palette.Accent(1 + random.Below(4)), palette, petals, slim);
        }
    }

    static void PaintStem(Canvas canvas, SceneRandom random, Vector2 head, float size, Vector3 green)
    {
        var lean = random.Between(-0.12f, 0.12f);
        var at = head;
        for (var i = 1; i <= 8; i++)
        {
            var t = i / 8f;
            var next = new Vector2(head.X + (lean * t * t), float.Lerp(head.Y, 1.05f, t));
            canvas.Line(at, next, size * 0.09f, green);
            at = next;
        }

        var joint = new Vector2(head.X + (lean * 0.3f), float.Lerp(head.Y, 1.05f, 0.55f));
        foreach (var side in (ReadOnlySpan<float>)[-1f, 1f])
        {
            var angle = side > 0f ? -0.55f : MathF.PI + 0.55f;
            var leaf = joint + (Brush.Turn(Vector2.UnitX, angle) * size * 0.55f);
            canvas.Ellipse(leaf, new Vector2(size * 0.58f, size * 0.15f), green * 1.15f, angle);
            canvas.Line(joint, leaf, size * 0.02f, green * 0.8f);
        }
    }

    static void PaintBloom(
        Canvas canvas,
        SceneRandom random,
        Vector2 head,
        float size,
        Vector3 colour,
        Palette palette,
        int petals,
        float slim)
    {
        var turn = random.Unit() * MathF.Tau;
        for (var ring = 0; ring < 2; ring++)
        {
            var reach = size * (1f - (0.32f * ring));
            for (var i = 0; i < petals; i++)
            {
                var angle = turn + ((i + (0.5f * ring)) * MathF.Tau / petals);
                Petal(
                    canvas,
                    head,
                    reach,
                    angle,
                    slim * reach,
                    Vector3.Lerp(colour, Vector3.One, 0.12f + (0.15f * ring)));
            }
        }

        var heart = Vector3.Lerp(palette.Accent(3), Palette.Hex(0xF2B632), 0.6f);
        canvas.Disc(head, size * 0.24f, heart * 0.75f);
        for (var seed = 0; seed < 34; seed++)
        {
            // Sunflower seeds sit at multiples of the golden angle (Vogel 1979).
            var at = Brush.Turn(Vector2.UnitX, seed * 2.3999632f) * (size * 0.215f * MathF.Sqrt(seed / 34f));
            canvas.Disc(head + at, size * 0.022f, heart * (1.25f - (0.4f * seed / 34f)));
        }
    }

    static void Petal(Canvas canvas, Vector2 head, float reach, float angle, float half, Vector3 colour)
    {
        var along = Brush.Turn(Vector2.UnitX, angle);
        var centre = head + (along * reach * 0.55f);
        canvas.Shape(
            Area.Around(centre, reach * 0.5f),
            p => Brush.EllipseDistance(Brush.Turn(p - centre, -angle), new Vector2(reach * 0.46f, half)),
            p =>
            {
                var outward = Vector2.Dot(p - head, along) / reach;
                var across = MathF.Abs(Vector2.Dot(p - head, new Vector2(-along.Y, along.X))) / half;
                return colour * (0.55f + (0.5f * outward) - (0.18f * across));
            });
    }
}
