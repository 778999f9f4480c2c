using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Rolling hills under a sky with sun and clouds; the nearest carry trees.</summary>
static class Hills
{
    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var sky = Sky.Pick(random);
        var sun = new Vector2(random.Between(0.1f, 0.9f) * canvas.Aspect, random.Between(0.12f, 0.4f));
        sky.Paint(canvas, sun, random);

        var layers = 3 + random.Below(3);
        var rugged = random.Between(0.8f, 2.6f);
        for (var layer = 0; layer < layers; layer++)
        {
            var near = (layer + 1f) / layers;
            var ridge = Ridge.Random(random, 0.38f + (0.48f * near * near), 0.22f - (0.1f * near), rugged);
            var colour = Vector3.Lerp(sky.Low, palette.Accent(layer % 3), 0.25f + (0.6f * near));
            colour = Vector3.Lerp(colour, palette.Dark, 0.35f * near);
            PaintRidge(canvas, ridge, colour, sky.Low, (uint)random.Next());
            if (near > 0.5f && layer < layers - 1 || random.Chance(0.4f))
            {
                PaintTrees(canvas, random, ridge, Vector3.Lerp(colour, palette.Dark, 0.55f), 0.03f + (0.09f * near));
            }
        }
    }

    static void PaintRidge(Canvas canvas, Ridge ridge, Vector3 colour, Vector3 mist, uint seed) =>
        canvas.Below(
            ridge.At,
            (p, depth) =>
            {
                var texture = Noise.Fractal(new Vector2(p.X * 14f, (p.Y * 40f) - (depth * 20f)), 3, seed) - 0.5f;
                return (colour * (1.08f + (texture * 0.35f) - (depth * 0.5f))) + (mist * MathF.Max(0f, 0.12f - depth));
            });

    static void PaintTrees(Canvas canvas, SceneRandom random, Ridge ridge, Vector3 colour, float tallest)
    {
        var pointed = random.Chance(0.6f);
        for (var tree = 12 + random.Below(30); tree > 0; tree--)
        {
            var x = random.Unit() * canvas.Aspect;
            var foot = new Vector2(x, ridge.At(x) + (tallest * random.Between(0f, 0.7f)));
            var height = tallest * random.Between(0.5f, 1f);
            var shade = colour * random.Between(0.8f, 1.25f);
            canvas.Line(foot, foot - new Vector2(0f, height * 0.5f), height * 0.1f, shade * 0.7f);
            if (pointed)
            {
                Fir(canvas, foot, height, shade);
            }
            else
            {
                var crown = foot - new Vector2(0f, height * 0.65f);
                canvas.Disc(crown, height * 0.34f, shade);
                canvas.Disc(
                    crown + new Vector2(-0.08f, -0.09f) * height, height * 0.2f, shade * 1.25f, blur: height * 0.2f);
            }
        }
    }

    static void Fir(Canvas canvas, Vector2 foot, float height, Vector3 colour)
    {
        for (var tier = 0; tier < 3; tier++)
        {
            var bottom = foot - new Vector2(0f, height * (0.15f + (0.25f * tier)));
            var half = new Vector2(height * (0.26f - (0.06f * tier)), 0f);
            canvas.Polygon(
                colour * (0.9f + (0.12f * tier)),
                bottom - half,
                bottom - new Vector2(0f, height * 0.38f),
                bottom + half);
        }
    }
}
