using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

// The edits that put something over the picture, or the picture into something.
public static partial class PictureEdits
{
    /// <summary>Writes a caption on a dark band at the bottom, as memes have.</summary>
    /// <param name="picture">What to write on.</param>
    /// <param name="text">One line; long ones are written smaller, to fit.</param>
    /// <param name="height">Height of the letters, as a fraction of the picture's height.</param>
    public static RgbPicture TextOverlay(RgbPicture picture, string text, double height = 0.08)
    {
        var result = Copy(picture);
        var cellPx = MathF.Min(
            (float)height * picture.HeightPx / PixelFont.Rows,
            0.92f * picture.WidthPx / Math.Max(1, PixelFont.Columns(text)));
        var bandPx = cellPx * PixelFont.Rows * 1.7f;
        var top = picture.HeightPx - bandPx;
        Paint(result, RgbColour.Black, (_, y) => y >= top ? 0.6f : 0f);
        var left = (picture.WidthPx - (PixelFont.Columns(text) * cellPx)) / 2;
        PaintText(result, text, left, top + (bandPx * 0.2f), cellPx, RgbColour.White);
        return result;
    }

    /// <summary>Repeats a pale word over the whole picture, aslant, as picture agencies do.</summary>
    /// <param name="picture">What to mark.</param>
    /// <param name="text">The word.</param>
    /// <param name="opacity">0 to 1.</param>
    public static RgbPicture Watermark(RgbPicture picture, string text, double opacity = 0.25)
    {
        var result = Copy(picture);
        var cellPx = picture.HeightPx / 140f;
        var (pitchX, pitchY) = ((PixelFont.Columns(text) + 12) * cellPx, cellPx * 34);
        var (sin, cos) = MathF.SinCos(-0.5f);
        Paint(result, RgbColour.White, (x, y) =>
        {
            var (u, v) = ((x * cos) + (y * sin), (y * cos) - (x * sin));
            var row = MathF.Floor(v / pitchY);
            u += row * pitchX / 2;
            var ink = PixelFont.Ink(
                text, (u - (MathF.Floor(u / pitchX) * pitchX)) / cellPx, (v - (row * pitchY)) / cellPx);
            return (float)opacity * Cover(ink, cellPx);
        });
        return result;
    }

    /// <summary>Sticks a smiling face on the picture.</summary>
    /// <param name="picture">What to stick it on.</param>
    /// <param name="centreX">Fraction of the width.</param>
    /// <param name="centreY">Fraction of the height.</param>
    /// <param name="radius">Fraction of the height.</param>
    public static RgbPicture Sticker(
        RgbPicture picture, double centreX = 0.78, double centreY = 0.28, double radius = 0.14)
    {
        var result = Copy(picture);
        var centre = new Vector2((float)centreX * picture.WidthPx, (float)centreY * picture.HeightPx);
        var size = (float)radius * picture.HeightPx;
        void Part(RgbColour colour, Func<Vector2, float> distance) =>
            Paint(
                result,
                colour,
                (x, y) => Math.Clamp(0.5f - (distance((new Vector2(x, y) - centre) / size) * size), 0f, 1f));

        Part(RgbColour.White, p => p.Length() - 1f);
        Part(new RgbColour(255, 205, 60), p => p.Length() - 0.9f);
        Part(
            new RgbColour(70, 45, 20),
            p => (new Vector2(MathF.Abs(p.X), p.Y) - new Vector2(0.3f, -0.22f)).Length() - 0.12f);
        Part(new RgbColour(70, 45, 20), p => MathF.Max(MathF.Abs(p.Length() - 0.55f) - 0.06f, 0.12f - p.Y));
        return result;
    }

    /// <summary>Frames the picture within its size: the border covers its edges.</summary>
    /// <param name="picture">What to frame.</param>
    /// <param name="thickness">Fraction of the shorter side.</param>
    /// <param name="colour">Colour of the frame.</param>
    public static RgbPicture Border(RgbPicture picture, double thickness, RgbColour colour)
    {
        var result = Copy(picture);
        var edge = (float)thickness * Math.Min(picture.WidthPx, picture.HeightPx);
        Paint(result, colour, (x, y) =>
            MathF.Min(MathF.Min(x, y), MathF.Min(picture.WidthPx - x, picture.HeightPx - y)) < edge ? 1f : 0f);
        return result;
    }

    /// <summary>Pastes a picture into another one.</summary>
    /// <param name="picture">What to paste; it is scaled and keeps its shape.</param>
    /// <param name="background">What to paste it on; its size is the result's.</param>
    /// <param name="size">Share of the background's width and height that the pasted picture may take, 0 to 1.</param>
    /// <param name="x">Where the free width goes: 0 pastes at the left edge, 1 at the right one.</param>
    /// <param name="y">Where the free height goes: 0 pastes at the top, 1 at the bottom.</param>
    public static RgbPicture PasteInto(
        RgbPicture picture, RgbPicture background, double size = 0.5, double x = 0.5, double y = 0.5)
    {
        var factor = size * Math.Min(
            (double)background.WidthPx / picture.WidthPx, (double)background.HeightPx / picture.HeightPx);
        var small = Resize(picture, factor);
        var result = Copy(background);
        Place(
            small,
            result,
            Scale(background.WidthPx - small.WidthPx, x),
            Scale(background.HeightPx - small.HeightPx, y));
        return result;
    }

    /// <summary>The picture as a telephone shows it in an application, and as a screenshot keeps it: across the whole width, between bars with
    /// words.</summary>
    /// <param name="picture">What is shown.</param>
    /// <param name="isDark">Dark bars with light words, or the other way round.</param>
    public static RgbPicture Screenshot(RgbPicture picture, bool isDark)
    {
        var (paper, ink) = isDark ? (new RgbColour(18, 18, 20), new RgbColour(230, 230, 230)) : (RgbColour.White, new RgbColour(30, 30, 30));
        var height = Math.Max(Scale(picture.WidthPx, 1.9), Scale(picture.HeightPx, 1.2));
        var result = Plain(picture.WidthPx, height, paper);
        var top = (height - picture.HeightPx) / 2;
        Place(picture, result, 0, top);
        var cellPx = picture.WidthPx / 160f;
        PaintText(result, "10:24", 4 * cellPx, 4 * cellPx, cellPx, ink);
        PaintText(result, "ALBUM", 4 * cellPx, top - (14 * cellPx), 1.3f * cellPx, ink);
        PaintText(result, "LIKED BY ANNA AND 24 OTHERS", 4 * cellPx, top + picture.HeightPx + (5 * cellPx), cellPx, ink);
        return result;
    }

    /// <summary>Four pictures in a square of two by two, each cut to the shape of the first.</summary>
    /// <param name="picture">Whose size each quarter has.</param>
    /// <param name="others">The other three.</param>
    /// <param name="quarter">Which quarter the first one takes, 0 to 3, row by row.</param>
    public static RgbPicture Collage(RgbPicture picture, IReadOnlyList<RgbPicture> others, int quarter)
    {
        var result = RgbPicture.Blank(2 * picture.WidthPx, 2 * picture.HeightPx);
        for (var (at, next) = (0, 0); at < 4; at++)
        {
            Place(
                at == quarter ? picture : Resize(others[next++], picture.WidthPx, picture.HeightPx),
                result, at % 2 * picture.WidthPx, at / 2 * picture.HeightPx);
        }

        return result;
    }

    static RgbPicture Copy(RgbPicture picture) => picture with { Rgb = [.. picture.Rgb] };

    static void PaintText(RgbPicture picture, string text, float left, float top, float cellPx, RgbColour colour) =>
        Paint(picture, colour, (x, y) => Cover(PixelFont.Ink(text, (x - left) / cellPx, (y - top) / cellPx), cellPx));

    /// <summary>Turns ink into the share of a pixel that a stroke covers; no ink covers nothing, however small the
    /// cells.</summary>
    static float Cover(float ink, float cellPx) =>
        Math.Clamp(0.5f + ((ink - PixelFont.Edge) * MathF.Max(PixelFont.SmallestSlope, cellPx)), 0f, 1f);

    /// <summary>Blends one colour over the pixels; the opacity is asked for at their centres.</summary>
    static void Paint(RgbPicture picture, RgbColour colour, Func<float, float, float> opacity)
    {
        for (var y = 0; y < picture.HeightPx; y++)
        {
            for (var x = 0; x < picture.WidthPx; x++)
            {
                var alpha = opacity(x + 0.5f, y + 0.5f);
                if (alpha > 0f)
                {
                    var pixel = picture.At(x, y);
                    pixel[0] = ToByte(float.Lerp(pixel[0], colour.Red, alpha));
                    pixel[1] = ToByte(float.Lerp(pixel[1], colour.Green, alpha));
                    pixel[2] = ToByte(float.Lerp(pixel[2], colour.Blue, alpha));
                }
            }
        }
    }
}
