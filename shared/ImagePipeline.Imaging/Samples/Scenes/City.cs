using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>A skyline at night with lit windows, a moon, and half of the time a river that mirrors it.</summary>
static class City
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var glow = palette.Accent(2 + random.Below(3));
        var high = palette.Dark * 0.55f;
        canvas.Fill(p => Vector3.Lerp(high, glow, MathF.Pow(Math.Clamp(p.Y, 0f, 1f), 2.2f) * 0.85f));
        for (var star = 40 + random.Below(80); star > 0; star--)
        {
            var at = new Vector2(random.Unit() * canvas.Aspect, random.Unit() * random.Unit() * 0.7f);
            canvas.Disc(at, random.Between(0.0008f, 0.0025f), palette.Light, random.Between(0.3f, 1f));
        }

        var moon = new Vector2(random.Between(0.1f, 0.9f) * canvas.Aspect, random.Between(0.1f, 0.28f));
        var size = random.Between(0.03f, 0.075f);
        canvas.Glow(moon, size * 5f, palette.Light, 0.4f);
        canvas.Disc(moon, size, palette.Light);
        canvas.Disc(moon + (new Vector2(-0.3f, 0.2f) * size), size * 0.24f, palette.Light * 0.86f, blur: size * 0.1f);
        canvas.Disc(moon + (new Vector2(0.35f, -0.3f) * size), size * 0.16f, palette.Light * 0.88f, blur: size * 0.1f);

        var shore = random.Chance(0.55f) ? random.Between(0.7f, 0.82f) : 1f;
        var window = random.Pick(
            [Palette.Hex(0xFFD98A), Palette.Hex(0xFFE9B8), Palette.Hex(0xFFC66B), palette.Accent(3)]);
        for (var layer = 0; layer < 3; layer++)
        {
            var wall = Vector3.Lerp(glow * 0.6f, palette.Dark * 0.5f, 0.35f + (0.3f * layer));
            PaintBlocks(canvas, random, shore, layer, wall, window);
        }

        if (shore < 1f)
        {
            PaintRiver(canvas, shore, palette.Dark * 0.6f, (uint)random.Next());
        }
    }

    static void PaintBlocks(Canvas canvas, SceneRandom random, float shore, int layer, Vector3 wall, Vector3 window)
    {
        var tallest = shore * (0.75f - (0.14f * layer));
        for (var x = -random.Between(0f, 0.1f); x < canvas.Aspect;)
        {
            var width = random.Between(0.06f, 0.15f) * (1f + (0.2f * layer));
            var height = tallest * random.Between(0.35f, 1f);
            var block = new Area(x, shore - height, x + width, shore + 0.01f);
            var shade = wall * random.Between(0.8f, 1.2f);
            canvas.Rectangle(block, shade);
            PaintRoof(canvas, random, block, shade);
            if (layer > 0)
            {
                PaintWindows(canvas, random, block, shore, shade, window, 0.011f + (0.003f * layer));
            }

            x += width + (random.Chance(0.3f) ? random.Between(0f, 0.05f) : 0.002f);
        }
    }

    static void PaintRoof(Canvas canvas, SceneRandom random, Area block, Vector3 shade)
    {
        var (middle, width) = ((block.Left + block.Right) / 2f, block.Right - block.Left);
        switch (random.Below(5))
        {
            case 0:
                canvas.Line(new(middle, block.Top), new(middle, block.Top - 0.07f), 0.005f, shade);
                canvas.Disc(new(middle, block.Top - 0.07f), 0.005f, Palette.Hex(0xFF4040));
                break;
            case 1:
                canvas.Polygon(
                    shade,
                    new(block.Left, block.Top),
                    new(middle, block.Top - (width * 0.5f)),
                    new(block.Right, block.Top));
                break;
            case 2:
                canvas.Rectangle(
                    new Area(block.Left + (width * 0.2f), block.Top - 0.03f, block.Right - (width * 0.2f), block.Top),
                    shade);
                break;
        }
    }

    static void PaintWindows(
        Canvas canvas, SceneRandom random, Area block, float shore, Vector3 wall, Vector3 light, float size)
    {
        var (lit, seed) = (random.Between(0.25f, 0.75f), random.Next());
        var columns = Math.Max(1, (int)((block.Right - block.Left) / (size * 2f)));
        var rows = (int)((shore - block.Top) / (size * 2.4f));
        var pitch = new Vector2((block.Right - block.Left) / columns, size * 2.4f);
        var half = new Vector2(size * 0.5f, size * 0.72f);
        canvas.Shape(
            block with { Bottom = shore },
            p =>
            {
                var cell = new Vector2(p.X - block.Left, p.Y - block.Top) / pitch;
                var offset = (cell - new Vector2(MathF.Floor(cell.X) + 0.5f, MathF.Floor(cell.Y) + 0.5f)) * pitch;
                return cell.Y >= rows ? 1f : Brush.BoxDistance(offset, half, 0f);
            },
            p =>
            {
                var cell = new Vector2(p.X - block.Left, p.Y - block.Top) / pitch;
                var chance = Noise.Lattice((int)cell.X, (int)cell.Y, (uint)seed);
                return chance < lit ? Vector3.Lerp(wall, light, 0.55f + (0.6f * chance)) : wall * 0.7f;
            });
    }

    static void PaintRiver(Canvas canvas, float shore, Vector3 water, uint seed) =>
        canvas.Blend(
            new Area(0f, shore, canvas.Aspect, 1f),
            _ => 1f,
            p =>
            {
                var below = p.Y - shore;
                var wave = Noise.Fractal(new Vector2(p.X * 6f, 1.5f / (below + 0.03f)), 3, seed) - 0.5f;
                var mirrored = canvas.ColourAt(
                    new Vector2(p.X + (wave * 0.03f), shore - 0.004f - (below * 1.7f) + (wave * 0.05f)));
                return Vector3.Lerp(mirrored, water, 0.3f + below) * (1f + (wave * 0.4f));
            });
}
