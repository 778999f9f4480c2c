namespace ImagePipeline.Imaging.Resampling;

/// <summary>Finds the margins that were put around a picture: bars above and below, or left and right, of one plain colour.</summary>
/// <remarks>
/// A line belongs to a margin if its pixels differ from the colour of the outermost line by no more than <see cref="Tolerance"/> on
/// average over pixels and channels: compression leaves traces near the picture. Margins count in pairs of one colour only, for a plain
/// sky or wall lies on one side; they may be of different widths. Where next to nothing would be left, the picture is plain itself, and stays whole.
/// </remarks>
static class PlainMargins
{
    /// <summary>Largest mean difference of a line from the colour of its margin, of 255.</summary>
    public const int Tolerance = 8;

    /// <summary>Largest difference of the colours of two margins in any channel, of 255.</summary>
    const int ColourTolerance = 16;

    /// <summary>Of each length at least one part in so many is left.</summary>
    const int LeastLeft = 4;

    /// <summary>Margins that together take less than one part in so many of a length are left where they are.</summary>
    const int LeastMargins = 32;

    /// <summary>The window without margins.</summary>
    /// <param name="rgb">Row-major, height x width x 3.</param>
    /// <param name="widthPx">Pixels across, at least 1.</param>
    /// <param name="heightPx">Pixels down, at least 1.</param>
    /// <returns>The whole picture where there are none.</returns>
    public static (int Left, int Top, int WidthPx, int HeightPx) Inside(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        var rows = new Lines(rgb, heightPx, widthPx, 3 * widthPx, 3);
        var (top, bottom) = Pair(rows);
        var columns = new Lines(rgb[(3 * widthPx * top)..], widthPx, heightPx - top - bottom, 3, 3 * widthPx);
        var (left, right) = Pair(columns);
        return (left, top, widthPx - left - right, heightPx - top - bottom);
    }

    static (int First, int Last) Pair(Lines lines)
    {
        if (lines.Colour(0) is not { } first || lines.Colour(lines.Count - 1) is not { } last
            || Math.Max(Math.Abs(first.R - last.R), Math.Max(Math.Abs(first.G - last.G), Math.Abs(first.B - last.B))) > ColourTolerance)
        {
            return (0, 0);
        }

        var (before, after) = (1, 1);
        var most = lines.Count - Math.Max(1, lines.Count / LeastLeft);
        while (before + after <= most && lines.Differs(before, first) <= Tolerance)
        {
            before++;
        }

        while (before + after <= most && lines.Differs(lines.Count - 1 - after, last) <= Tolerance)
        {
            after++;
        }

        return before + after > most || (before + after) * LeastMargins < lines.Count ? (0, 0) : (before, after);
    }

    /// <summary>Rows of a picture, or columns: pixels a step apart in lines a stride apart.</summary>
    readonly ref struct Lines(ReadOnlySpan<byte> rgb, int count, int length, int stride, int step)
    {
        readonly ReadOnlySpan<byte> _rgb = rgb;

        public int Count => count;

        /// <summary>The mean colour of a line, or null for one that is not plain.</summary>
        public (int R, int G, int B)? Colour(int line)
        {
            var (r, g, b) = (0L, 0L, 0L);
            for (int i = 0, at = line * stride; i < length; i++, at += step)
            {
                (r, g, b) = (r + _rgb[at], g + _rgb[at + 1], b + _rgb[at + 2]);
            }

            var colour = ((int)(r / length), (int)(g / length), (int)(b / length));
            return Differs(line, colour) <= Tolerance ? colour : null;
        }

        /// <summary>The mean difference of a line from a colour, 0 to 255.</summary>
        public double Differs(int line, (int R, int G, int B) colour)
        {
            var sum = 0L;
            for (int i = 0, at = line * stride; i < length; i++, at += step)
            {
                sum += Math.Abs(_rgb[at] - colour.R) + Math.Abs(_rgb[at + 1] - colour.G) + Math.Abs(_rgb[at + 2] - colour.B);
            }

            return sum / (3.0 * length);
        }
    }
}
