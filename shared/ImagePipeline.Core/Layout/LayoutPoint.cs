namespace ImagePipeline.Core.Layout;

/// <summary>Where something is drawn on a map: both numbers 0 to 1, y downwards or upwards as the reader likes.</summary>
public readonly record struct LayoutPoint(float X, float Y)
{
    /// <summary>Moves and scales points, all by the same factor, to fill the unit square and to lie in its middle.</summary>
    /// <param name="points">Row-major, x and y.</param>
    internal static LayoutPoint[] FillSquare(ReadOnlySpan<double> points)
    {
        if (points.IsEmpty)
        {
            return [];
        }

        var (left, right, low, high) = (double.MaxValue, double.MinValue, double.MaxValue, double.MinValue);
        for (var i = 0; i < points.Length; i += 2)
        {
            (left, right) = (Math.Min(left, points[i]), Math.Max(right, points[i]));
            (low, high) = (Math.Min(low, points[i + 1]), Math.Max(high, points[i + 1]));
        }

        var extent = Math.Max(right - left, high - low);
        var scale = extent > 0 ? 1 / extent : 0;
        var filled = new LayoutPoint[points.Length / 2];
        for (var i = 0; i < filled.Length; i++)
        {
            filled[i] = new(
                (float)Math.Clamp(0.5 + (points[2 * i] - (left + right) / 2) * scale, 0, 1),
                (float)Math.Clamp(0.5 + (points[2 * i + 1] - (low + high) / 2) * scale, 0, 1));
        }

        return filled;
    }
}
