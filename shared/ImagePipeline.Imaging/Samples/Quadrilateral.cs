namespace ImagePipeline.Imaging.Samples;

/// <summary>The projective map of a convex quadrilateral onto the unit square, as a 3 x 3 matrix in rows.</summary>
readonly record struct Quadrilateral(
    double A, double B, double C, double D, double E, double F, double G, double H, double I)
{
    /// <summary>The map that takes four corners to (0, 0), (1, 0), (1, 1) and (0, 1).</summary>
    /// <exception cref="ArgumentException">Not four corners, or three of them on a line.</exception>
    public static Quadrilateral ToSquare(ReadOnlySpan<(double X, double Y)> corners)
    {
        if (corners.Length != 4)
        {
            throw new ArgumentException($"Expected 4 corners, got {corners.Length}.", nameof(corners));
        }

        var (p, q, r, s) = (corners[0], corners[1], corners[2], corners[3]);
        var (dx1, dx2, sx) = (q.X - r.X, s.X - r.X, p.X - q.X + r.X - s.X);
        var (dy1, dy2, sy) = (q.Y - r.Y, s.Y - r.Y, p.Y - q.Y + r.Y - s.Y);
        var area = (dx1 * dy2) - (dx2 * dy1);
        if (Math.Abs(area) < 1e-9)
        {
            throw new ArgumentException("Three corners lie on a line.", nameof(corners));
        }

        // Heckbert 1989, section 2.2.3: the square onto the quadrilateral.
        var (g, h) = (((sx * dy2) - (dx2 * sy)) / area, ((dx1 * sy) - (sx * dy1)) / area);
        var (a, b, c) = (q.X - p.X + (g * q.X), s.X - p.X + (h * s.X), p.X);
        var (d, e, f) = (q.Y - p.Y + (g * q.Y), s.Y - p.Y + (h * s.Y), p.Y);
        // Its adjoint is its inverse, up to a factor that a projective map does not know.
        return new(
            e - (f * h), (c * h) - b, (b * f) - (c * e),
            (f * g) - d, a - (c * g), (c * d) - (a * f),
            (d * h) - (e * g), (b * g) - (a * h), (a * e) - (b * d));
    }

    /// <summary>Where a point goes.</summary>
    public (double X, double Y) Of(double x, double y)
    {
        var w = (G * x) + (H * y) + I;
        return (((A * x) + (B * y) + C) / w, ((D * x) + (E * y) + F) / w);
    }
}
