using System.Numerics;

namespace ImagePipeline.Imaging.Samples.Scenes;

/// <summary>Announcements: large words, small print and one bold ornament.</summary>
static class Poster
{
    static readonly string[][] Titles =
    [
        ["JAZZ", "NIGHT"], ["OPEN AIR", "CINEMA"], ["BOOK", "FAIR"], ["SPRING", "MARKET"], ["CHESS", "FINALS"],
        ["CITY", "RUN 10K"], ["LATE", "SHOW"], ["WINTER", "LIGHTS"], ["TEA", "HOUSE"], ["FRESH", "BREAD"],
        ["MOVING", "SALE"], ["STRING", "QUARTET"], ["LOST", "CAT"], ["NIGHT", "TRAIN"], ["SUMMER", "SCHOOL"],
        ["POETRY", "SLAM"], ["FLEA", "MARKET"], ["DANCE", "CLASS"],
    ];

    static readonly string[] Places =
        ["TOWN HALL", "OLD HARBOUR", "RIVER PARK", "STATION SQUARE", "CENTRAL LIBRARY", "GARDEN STAGE"];

    static readonly string[] Days =
        ["FRIDAY 8 PM", "SATURDAY 19:30", "SUNDAY 11 AM", "MAY 14 - 18", "EVERY TUESDAY", "JUNE 2, 20:00"];

    public static void Draw(Canvas canvas, SceneRandom random, Palette palette)
    {
        var dark = random.Chance(0.5f);
        var paper = dark
            ? Vector3.Lerp(palette.Dark, palette.Accent(0), random.Unit() * 0.7f)
            : Vector3.Lerp(palette.Light, palette.Accent(3), random.Unit() * 0.5f);
        var ink = dark ? palette.Light : palette.Dark;
        var start = random.Below(5);
        var seed = (uint)random.Next();
        canvas.Fill(p => paper * (0.97f + (0.06f * Noise.Fractal(p * 5f, 3, seed))));
        PaintOrnament(canvas, random, palette, start);

        var title = random.Pick<string[]>(Titles);
        var longest = title.Max(PixelFont.Columns);
        var height = MathF.Min(0.2f, canvas.Aspect * 0.84f * PixelFont.Rows / longest);
        var top = random.Between(0.1f, 0.74f - (height * 2.5f));
        var centred = random.Chance(0.4f);
        foreach (var (text, size, colour) in new[]
        {
            (title[0], height, ink),
            (title[1], height, random.Chance(0.5f) ? ink : Vector3.Lerp(palette.Accent(start + 2), ink, 0.35f)),
            (random.Pick<string>(Days), 0.05f, ink),
            (random.Pick<string>(Places), 0.05f, ink),
        })
        {
            var width = PixelFont.Columns(text) * size / PixelFont.Rows;
            canvas.Text(
                text, new Vector2(centred ? (canvas.Aspect - width) / 2f : canvas.Aspect * 0.08f, top), size, colour);
            top += size * (size > 0.1f ? 1.25f : 1.6f);
        }

        if (random.Chance(0.5f))
        {
            PaintFrame(canvas, ink, random.Between(0.006f, 0.016f));
        }
    }

    static void PaintFrame(Canvas canvas, Vector3 ink, float thickness)
    {
        var half = new Vector2(canvas.Aspect, 1f) / 2f;
        canvas.Shape(
            canvas.Everything,
            p => MathF.Abs(Brush.BoxDistance(p - half, half - new Vector2(0.035f), 0f)) - (thickness / 2f),
            _ => ink);
    }

    static void PaintOrnament(Canvas canvas, SceneRandom random, Palette palette, int start)
    {
        var centre = new Vector2(random.Between(0.55f, 0.9f) * canvas.Aspect, random.Between(0.2f, 0.75f));
        switch (random.Below(5))
        {
            case 0:
                for (var i = 5; i > 0; i--)
                {
                    canvas.Disc(centre, 0.085f * i, palette.Accent(start + i));
                }

                break;
            case 1:
                for (var ray = 0; ray < 18; ray++)
                {
                    var (a, b) = (
                        Brush.Turn(Vector2.UnitX, ray * MathF.Tau / 18f) * 2f,
                        Brush.Turn(Vector2.UnitX, (ray + 0.5f) * MathF.Tau / 18f) * 2f);
                    canvas.Polygon(palette.Accent(start), centre, centre + a, centre + b);
                }

                canvas.Disc(centre, 0.16f, palette.Accent(start + 1));
                break;
            case 2:
                for (var bar = 0; bar < 6; bar++)
                {
                    var at = new Vector2(centre.X + ((bar - 3) * 0.17f), 0.5f);
                    canvas.Box(at, new Vector2(0.05f, 1f), palette.Accent(start + bar), 0.6f);
                }

                break;
            case 3:
                canvas.Rectangle(new Area(0f, centre.Y, canvas.Aspect, 1f), palette.Accent(start));
                canvas.Disc(new Vector2(centre.X, centre.Y), 0.24f, palette.Accent(start + 2));
                break;
            default:
                for (var i = 0; i < 40; i++)
                {
                    var at = new Vector2(random.Unit() * canvas.Aspect, random.Unit());
                    canvas.Box(
                        at,
                        new Vector2(0.035f, 0.012f),
                        palette.Accent(start + i),
                        random.Between(0f, MathF.PI),
                        0.006f);
                }

                break;
        }
    }
}
