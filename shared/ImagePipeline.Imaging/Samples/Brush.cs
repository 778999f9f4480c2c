using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

/// <summary>The shapes that scenes are made of. Lengths are in picture heights, angles in radians, clockwise.</summary>
static class Brush
{
    /// <summary>A disc of one colour.</summary>
    public static void Disc(
        this Canvas canvas, Vector2 centre, float radius, Vector3 colour, float opacity = 1f, float blur = 0f) =>
        canvas.Shape(
            Area.Around(centre, radius), p => Vector2.Distance(p, centre) - radius, _ => colour, opacity, blur);

    /// <summary>A ring of one colour; <paramref name="radius"/> is to the middle of the line.</summary>
    public static void Ring(
        this Canvas canvas, Vector2 centre, float radius, float thickness, Vector3 colour, float opacity = 1f) =>
        canvas.Shape(
            Area.Around(centre, radius + thickness),
            p => MathF.Abs(Vector2.Distance(p, centre) - radius) - (thickness / 2f),
            _ => colour,
            opacity);

    /// <summary>Light around a point that fades to nothing at <paramref name="radius"/>.</summary>
    public static void Glow(this Canvas canvas, Vector2 centre, float radius, Vector3 colour, float strength) =>
        canvas.Blend(
            Area.Around(centre, radius),
            p =>
            {
                var fade = MathF.Max(0f, 1f - (Vector2.Distance(p, centre) / radius));
                return strength * fade * fade;
            },
            _ => colour);

    /// <summary>A rectangle, turned about its centre, with rounded corners.</summary>
    public static void Box(
        this Canvas canvas,
        Vector2 centre,
        Vector2 half,
        Vector3 colour,
        float angle = 0f,
        float corner = 0f,
        float opacity = 1f,
        float blur = 0f)
    {
        var reach = half.Length();
        var area = angle == 0f ? Area.Around(centre, half.X, half.Y) : Area.Around(centre, reach);
        canvas.Shape(area, p => BoxDistance(Turn(p - centre, -angle), half, corner), _ => colour, opacity, blur);
    }

    /// <summary>An upright rectangle by its edges.</summary>
    public static void Rectangle(this Canvas canvas, Area area, Vector3 colour, float opacity = 1f) =>
        canvas.Box(
            new Vector2(area.Left + area.Right, area.Top + area.Bottom) / 2f,
            new Vector2(area.Right - area.Left, area.Bottom - area.Top) / 2f,
            colour,
            opacity: opacity);

    /// <summary>An ellipse, turned about its centre, of one colour.</summary>
    public static void Ellipse(
        this Canvas canvas,
        Vector2 centre,
        Vector2 half,
        Vector3 colour,
        float angle = 0f,
        float opacity = 1f,
        float blur = 0f) =>
        canvas.Shape(
            Area.Around(centre, MathF.Max(half.X, half.Y)),
            p => EllipseDistance(Turn(p - centre, -angle), half),
            _ => colour,
            opacity,
            blur);

    /// <summary>A straight line with round ends.</summary>
    public static void Line(
        this Canvas canvas, Vector2 from, Vector2 to, float thickness, Vector3 colour, float opacity = 1f)
    {
        var (low, high) = (Vector2.Min(from, to), Vector2.Max(from, to));
        canvas.Shape(
            new Area(low.X, low.Y, high.X, high.Y).Grow(thickness),
            p => LineDistance(p, from, to) - (thickness / 2f),
            _ => colour,
            opacity);
    }

    /// <summary>A convex polygon, its corners in clockwise order.</summary>
    public static void Polygon(this Canvas canvas, Vector3 colour, params Vector2[] corners)
    {
        var (low, high) = (corners[0], corners[0]);
        foreach (var corner in corners)
        {
            (low, high) = (Vector2.Min(low, corner), Vector2.Max(high, corner));
        }

        canvas.Shape(new Area(low.X, low.Y, high.X, high.Y), p => PolygonDistance(p, corners), _ => colour);
    }

    /// <summary>A line of text, its top left corner at <paramref name="at"/>.</summary>
    /// <param name="canvas">Where to write.</param>
    /// <param name="text">What to write; see <see cref="PixelFont"/> for the characters.</param>
    /// <param name="at">Top left corner.</param>
    /// <param name="height">Height of a capital letter.</param>
    /// <param name="colour">Colour of the letters.</param>
    public static void Text(this Canvas canvas, string text, Vector2 at, float height, Vector3 colour)
    {
        var cell = height / PixelFont.Rows;
        var area = new Area(at.X, at.Y, at.X + (PixelFont.Columns(text) * cell), at.Y + height);
        var slope = MathF.Max(cell, PixelFont.SmallestSlope * canvas.Pixel);
        canvas.Shape(
            area.Grow(cell),
            p => (PixelFont.Edge - PixelFont.Ink(text, (p.X - at.X) / cell, (p.Y - at.Y) / cell)) * slope,
            _ => colour);
    }

    /// <summary>A line of text about a centre.</summary>
    public static void CentredText(this Canvas canvas, string text, Vector2 centre, float height, Vector3 colour)
    {
        var width = PixelFont.Columns(text) * height / PixelFont.Rows;
        canvas.Text(text, centre - (new Vector2(width, height) / 2f), height, colour);
    }

    /// <summary>A vector turned by an angle.</summary>
    public static Vector2 Turn(Vector2 v, float angle)
    {
        var (sin, cos) = MathF.SinCos(angle);
        return new Vector2((v.X * cos) - (v.Y * sin), (v.X * sin) + (v.Y * cos));
    }

    /// <summary>Signed distance to a rectangle about the origin.</summary>
    public static float BoxDistance(Vector2 p, Vector2 half, float corner)
    {
        var q = Vector2.Abs(p) - half + new Vector2(corner);
        return Vector2.Max(q, Vector2.Zero).Length() + MathF.Min(MathF.Max(q.X, q.Y), 0f) - corner;
    }

    /// <summary>Signed distance to an ellipse about the origin, to first order: exact at the edge, where it
    /// matters.</summary>
    public static float EllipseDistance(Vector2 p, Vector2 half)
    {
        var scaled = p / half;
        var length = scaled.Length();
        var gradient = (scaled / half).Length();
        return gradient < 1e-6f ? -MathF.Min(half.X, half.Y) : length * (length - 1f) / gradient;
    }

    /// <summary>Distance to a segment.</summary>
    public static float LineDistance(Vector2 p, Vector2 from, Vector2 to)
    {
        var along = to - from;
        var t = Math.Clamp(Vector2.Dot(p - from, along) / MathF.Max(along.LengthSquared(), 1e-12f), 0f, 1f);
        return Vector2.Distance(p, from + (t * along));
    }

    static float PolygonDistance(Vector2 p, Vector2[] corners)
    {
        var distance = float.NegativeInfinity;
        for (var i = 0; i < corners.Length; i++)
        {
            var edge = Vector2.Normalize(corners[(i + 1) % corners.Length] - corners[i]);
            distance = MathF.Max(distance, Vector2.Dot(p - corners[i], new Vector2(edge.Y, -edge.X)));
        }

        return distance;
    }
}
