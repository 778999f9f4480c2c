namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// What people and programs do to pictures before they turn up again. Every edit returns a new picture and leaves its
/// input as it was. This part holds the edits that move pixels.
/// </summary>
public static partial class PictureEdits
{
    /// <summary>Cuts the sides off.</summary>
    /// <param name="picture">What to cut.</param>
    /// <param name="left">Fraction of the width cut off at the left, 0 or more; the others alike.</param>
    /// <param name="top">Fraction of the height cut off at the top.</param>
    /// <param name="right">Fraction of the width cut off at the right.</param>
    /// <param name="bottom">Fraction of the height cut off at the bottom.</param>
    /// <exception cref="ArgumentException">A fraction is negative, or nothing would be left.</exception>
    public static RgbPicture Crop(RgbPicture picture, double left, double top, double right, double bottom)
    {
        if (double.Min(double.Min(left, top), double.Min(right, bottom)) < 0 || left + right >= 1 || top + bottom >= 1)
        {
            throw new ArgumentException($"Cannot cut {left}, {top}, {right}, {bottom} off the sides of a picture.");
        }

        var (x, y) = (Scale(picture.WidthPx, left), Scale(picture.HeightPx, top));
        var width = Math.Max(1, picture.WidthPx - x - Scale(picture.WidthPx, right));
        var height = Math.Max(1, picture.HeightPx - y - Scale(picture.HeightPx, bottom));
        var result = RgbPicture.Blank(width, height);
        for (var row = 0; row < height; row++)
        {
            picture.Row(y + row).Slice(x * 3, width * 3).CopyTo(result.Row(row));
        }

        return result;
    }

    /// <summary>Cuts the same fraction off every side; 0.1 keeps 64 % of the area.</summary>
    public static RgbPicture Crop(RgbPicture picture, double side) => Crop(picture, side, side, side, side);

    /// <summary>Adds a margin of one colour.</summary>
    /// <param name="picture">What to surround.</param>
    /// <param name="horizontal">Width of the margin at the left and at the right, as a fraction of the width.</param>
    /// <param name="vertical">Height of the margin above and below, as a fraction of the height.</param>
    /// <param name="fill">Colour of the margin.</param>
    public static RgbPicture Pad(RgbPicture picture, double horizontal, double vertical, RgbColour fill)
    {
        var (x, y) = (Scale(picture.WidthPx, horizontal), Scale(picture.HeightPx, vertical));
        var result = Plain(picture.WidthPx + (2 * x), picture.HeightPx + (2 * y), fill);
        Place(picture, result, x, y);
        return result;
    }

    /// <summary>A quarter turn clockwise.</summary>
    public static RgbPicture Rotate90(RgbPicture picture) =>
        Rearrange(picture, picture.HeightPx, picture.WidthPx, (x, y) => (y, picture.HeightPx - 1 - x));

    /// <summary>A half turn.</summary>
    public static RgbPicture Rotate180(RgbPicture picture) =>
        Rearrange(
            picture,
            picture.WidthPx,
            picture.HeightPx,
            (x, y) => (picture.WidthPx - 1 - x, picture.HeightPx - 1 - y));

    /// <summary>A quarter turn anticlockwise.</summary>
    public static RgbPicture Rotate270(RgbPicture picture) =>
        Rearrange(picture, picture.HeightPx, picture.WidthPx, (x, y) => (picture.WidthPx - 1 - y, x));

    /// <summary>Swaps left and right.</summary>
    public static RgbPicture Mirror(RgbPicture picture) =>
        Rearrange(picture, picture.WidthPx, picture.HeightPx, (x, y) => (picture.WidthPx - 1 - x, y));

    /// <summary>Turns about the centre, by any angle, on a canvas of the same size; sampled bilinearly.</summary>
    /// <param name="picture">What to turn.</param>
    /// <param name="degrees">Clockwise.</param>
    /// <param name="fill">Colour of the corners that come free.</param>
    public static RgbPicture RotateDegrees(RgbPicture picture, double degrees, RgbColour fill)
    {
        var result = Plain(picture.WidthPx, picture.HeightPx, fill);
        var (sin, cos) = Math.SinCos(-degrees * Math.PI / 180);
        var (middleX, middleY) = ((picture.WidthPx - 1) / 2.0, (picture.HeightPx - 1) / 2.0);
        for (var y = 0; y < result.HeightPx; y++)
        {
            for (var x = 0; x < result.WidthPx; x++)
            {
                var (dx, dy) = (x - middleX, y - middleY);
                var (fromX, fromY) = (middleX + (dx * cos) - (dy * sin), middleY + (dx * sin) + (dy * cos));
                if (fromX >= -0.5 && fromY >= -0.5 && fromX < picture.WidthPx - 0.5 && fromY < picture.HeightPx - 0.5)
                {
                    Sample(picture, fromX, fromY, result.At(x, y));
                }
            }
        }

        return result;
    }

    /// <summary>Shows the picture as a photograph of it taken aslant, on a canvas of the same size; sampled bilinearly.</summary>
    /// <param name="picture">What to show.</param>
    /// <param name="corners">Where the corners come to lie, top left, top right, bottom right, bottom left, as fractions of width and height;
    /// a convex quadrilateral.</param>
    /// <param name="fill">Colour of what comes free.</param>
    /// <exception cref="ArgumentException">Not four corners, or three of them on a line.</exception>
    /// <remarks>Heckbert 1989, "Fundamentals of Texture Mapping and Image Warping", section 2.2.3: the square onto a quadrilateral,
    /// inverted.</remarks>
    public static RgbPicture Perspective(RgbPicture picture, ReadOnlySpan<(double X, double Y)> corners, RgbColour fill)
    {
        var inverse = Quadrilateral.ToSquare(corners);
        var result = Plain(picture.WidthPx, picture.HeightPx, fill);
        for (var y = 0; y < result.HeightPx; y++)
        {
            for (var x = 0; x < result.WidthPx; x++)
            {
                var (u, v) = inverse.Of((x + 0.5) / picture.WidthPx, (y + 0.5) / picture.HeightPx);
                if (u >= 0 && v >= 0 && u < 1 && v < 1)
                {
                    Sample(picture, (u * picture.WidthPx) - 0.5, (v * picture.HeightPx) - 0.5, result.At(x, y));
                }
            }
        }

        return result;
    }

    /// <summary>Changes the size: by the mean over each new pixel's area when shrinking, bilinearly when
    /// enlarging.</summary>
    /// <param name="picture">What to resize.</param>
    /// <param name="widthPx">New width, at least 1.</param>
    /// <param name="heightPx">New height, at least 1.</param>
    public static RgbPicture Resize(RgbPicture picture, int widthPx, int heightPx)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPx, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heightPx, 1);
        var columns = Taps.For(picture.WidthPx, widthPx);
        var rows = Taps.For(picture.HeightPx, heightPx);

        // First across, then down: a separable filter costs the sum of the two, not the product.
        var row = new float[picture.WidthPx * 3];
        var wide = new float[picture.HeightPx * widthPx * 3];
        for (var y = 0; y < picture.HeightPx; y++)
        {
            var bytes = picture.Row(y);
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = bytes[i];
            }

            columns.Apply(row, wide.AsSpan(y * widthPx * 3, widthPx * 3), stride: 3, lanes: 3);
        }

        var result = RgbPicture.Blank(widthPx, heightPx);
        var tall = new float[heightPx * widthPx * 3];
        rows.Apply(wide, tall, stride: widthPx * 3, lanes: widthPx * 3);
        for (var i = 0; i < tall.Length; i++)
        {
            result.Rgb[i] = ToByte(tall[i]);
        }

        return result;
    }

    /// <summary>Changes the size by a factor, keeping the shape.</summary>
    public static RgbPicture Resize(RgbPicture picture, double factor) =>
        Resize(picture, Math.Max(1, Scale(picture.WidthPx, factor)), Math.Max(1, Scale(picture.HeightPx, factor)));

    static RgbPicture Rearrange(RgbPicture picture, int widthPx, int heightPx, Func<int, int, (int X, int Y)> source)
    {
        var result = RgbPicture.Blank(widthPx, heightPx);
        for (var y = 0; y < heightPx; y++)
        {
            for (var x = 0; x < widthPx; x++)
            {
                var (fromX, fromY) = source(x, y);
                picture.At(fromX, fromY).CopyTo(result.At(x, y));
            }
        }

        return result;
    }

    static void Place(RgbPicture picture, RgbPicture onto, int left, int top)
    {
        for (var y = 0; y < picture.HeightPx; y++)
        {
            picture.Row(y).CopyTo(onto.Row(top + y)[(left * 3)..]);
        }
    }

    static RgbPicture Plain(int widthPx, int heightPx, RgbColour colour)
    {
        var picture = RgbPicture.Blank(widthPx, heightPx);
        for (var i = 0; i < picture.Rgb.Length; i += 3)
        {
            colour.CopyTo(picture.Rgb.AsSpan(i, 3));
        }

        return picture;
    }

    static void Sample(RgbPicture picture, double x, double y, Span<byte> pixel)
    {
        var (column, row) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (u, v) = ((float)(x - column), (float)(y - row));
        for (var channel = 0; channel < 3; channel++)
        {
            var top = float.Lerp(picture.At(column, row)[channel], picture.At(column + 1, row)[channel], u);
            var bottom = float.Lerp(picture.At(column, row + 1)[channel], picture.At(column + 1, row + 1)[channel], u);
            pixel[channel] = ToByte(float.Lerp(top, bottom, v));
        }
    }

    static int Scale(int lengthPx, double factor) => (int)Math.Round(lengthPx * factor);

    static byte ToByte(float value) => (byte)Math.Clamp(value + 0.5f, 0f, 255f);
}
