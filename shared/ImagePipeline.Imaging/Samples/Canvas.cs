using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

/// <summary>
/// A drawing surface with the painter's algorithm. The unit of length is the height of the picture: x runs from 0 to
/// <see cref="Aspect"/>, y from 0 (top) to 1, so that a scene looks the same at every size. Edges are smoothed from the
/// signed distance to the shape, over one pixel. Colours are sRGB, each channel 0 to 1; blending is done on those
/// values.
/// </summary>
sealed class Canvas(int widthPx, int heightPx)
{
    readonly Vector3[] _pixels = new Vector3[widthPx * heightPx];
    readonly float _unit = 1f / heightPx;

    /// <summary>Width over height.</summary>
    public float Aspect { get; } = (float)widthPx / heightPx;

    /// <summary>The length of one pixel.</summary>
    public float Pixel => _unit;

    /// <summary>Everything there is to paint on.</summary>
    public Area Everything => new(0f, 0f, Aspect, 1f);

    /// <summary>Sets each pixel to the colour at its centre.</summary>
    public void Fill(Func<Vector2, Vector3> paint)
    {
        for (var y = 0; y < heightPx; y++)
        {
            for (var x = 0; x < widthPx; x++)
            {
                _pixels[(y * widthPx) + x] = paint(new Vector2((x + 0.5f) * _unit, (y + 0.5f) * _unit));
            }
        }
    }

    /// <summary>Sets each pixel to the mean of four points in it: for patterns that are not drawn as shapes.</summary>
    public void FillSupersampled(Func<Vector2, Vector3> paint)
    {
        for (var y = 0; y < heightPx; y++)
        {
            for (var x = 0; x < widthPx; x++)
            {
                var (left, right) = ((x + 0.25f) * _unit, (x + 0.75f) * _unit);
                var (top, bottom) = ((y + 0.25f) * _unit, (y + 0.75f) * _unit);
                _pixels[(y * widthPx) + x] = 0.25f * (paint(new(left, top)) + paint(new(right, top))
                    + paint(new(left, bottom)) + paint(new(right, bottom)));
            }
        }
    }

    /// <summary>Paints over the pixels of an area, each by its own opacity.</summary>
    /// <param name="area">Where to look; pixels outside of the picture are skipped.</param>
    /// <param name="opacity">0 (leaves the pixel) to 1 (replaces it).</param>
    /// <param name="paint">The colour at a point.</param>
    public void Blend(Area area, Func<Vector2, float> opacity, Func<Vector2, Vector3> paint)
    {
        var (left, right) = (Clip(area.Left, widthPx), Clip(area.Right + _unit, widthPx));
        var (top, bottom) = (Clip(area.Top, heightPx), Clip(area.Bottom + _unit, heightPx));
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
            {
                var point = new Vector2((x + 0.5f) * _unit, (y + 0.5f) * _unit);
                var alpha = opacity(point);
                if (alpha > 0f)
                {
                    ref var pixel = ref _pixels[(y * widthPx) + x];
                    pixel = Vector3.Lerp(pixel, paint(point), MathF.Min(alpha, 1f));
                }
            }
        }
    }

    /// <summary>Paints a shape given by its signed distance (negative inside).</summary>
    /// <param name="area">Encloses the shape.</param>
    /// <param name="distance">Signed distance to the edge.</param>
    /// <param name="paint">The colour at a point.</param>
    /// <param name="opacity">0 to 1.</param>
    /// <param name="blur">Width of the soft edge; never less than one pixel.</param>
    public void Shape(
        Area area, Func<Vector2, float> distance, Func<Vector2, Vector3> paint, float opacity = 1f, float blur = 0f)
    {
        var perWidth = 1f / MathF.Max(blur, _unit);
        Blend(
            area.Grow((blur / 2f) + _unit),
            p => opacity * Smooth(0.5f - (distance(p) * perWidth), blur > 0f),
            paint);
    }

    /// <summary>Paints what lies below a curve.</summary>
    /// <param name="curve">The height y for each x.</param>
    /// <param name="paint">The colour at a point and its depth below the curve.</param>
    /// <param name="blur">Width of the soft edge; never less than one pixel.</param>
    public void Below(Func<float, float> curve, Func<Vector2, float, Vector3> paint, float blur = 0f)
    {
        var perWidth = 1f / MathF.Max(blur, _unit);
        for (var x = 0; x < widthPx; x++)
        {
            var at = (x + 0.5f) * _unit;
            var edge = curve(at);
            // The vertical distance overstates the true one on slopes: divide by the length of the tangent.
            var slope = (curve(at + _unit) - edge) / _unit;
            var scale = perWidth / MathF.Sqrt(1f + (slope * slope));
            for (var y = Clip(edge - (4f * MathF.Max(blur, _unit)), heightPx); y < heightPx; y++)
            {
                var point = new Vector2(at, (y + 0.5f) * _unit);
                var alpha = Math.Clamp(0.5f - ((edge - point.Y) * scale), 0f, 1f);
                ref var pixel = ref _pixels[(y * widthPx) + x];
                pixel = Vector3.Lerp(pixel, paint(point, point.Y - edge), alpha);
            }
        }
    }

    /// <summary>The colour already painted at a point; points outside give the nearest pixel.</summary>
    public Vector3 ColourAt(Vector2 point)
    {
        var x = Math.Clamp((int)(point.X * heightPx), 0, widthPx - 1);
        var y = Math.Clamp((int)(point.Y * heightPx), 0, heightPx - 1);
        return _pixels[(y * widthPx) + x];
    }

    /// <summary>Writes the picture, with film grain that also hides the steps of gradients.</summary>
    /// <param name="rgb">Receives RGB bytes, row-major, width x height x 3.</param>
    /// <param name="grain">Strength of the grain, in 1/255.</param>
    /// <param name="seed">Chooses the grain.</param>
    public void CopyTo(Span<byte> rgb, float grain, uint seed)
    {
        for (var i = 0; i < _pixels.Length; i++)
        {
            var shift = ((Noise.Lattice(i, 0, seed) - 0.5f) * 2f * grain) + 0.5f;
            var pixel = Vector3.Clamp((_pixels[i] * 255f) + new Vector3(shift), Vector3.Zero, new Vector3(255f));
            rgb[i * 3] = (byte)pixel.X;
            rgb[(i * 3) + 1] = (byte)pixel.Y;
            rgb[(i * 3) + 2] = (byte)pixel.Z;
        }
    }

    int Clip(float length, int limitPx) => Math.Clamp((int)(length * heightPx), 0, limitPx);

    static float Smooth(float t, bool soft)
    {
        t = Math.Clamp(t, 0f, 1f);
        return soft ? t * t * (3f - (2f * t)) : t;
    }
}
