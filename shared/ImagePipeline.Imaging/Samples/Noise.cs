using System.Numerics;

namespace ImagePipeline.Imaging.Samples;

/// <summary>Value noise: smooth random fields over the plane, for clouds, ridges, wood and grain.</summary>
static class Noise
{
    /// <summary>One octave, 0 to 1, with features about one unit wide.</summary>
    public static float At(float x, float y, uint seed)
    {
        var column = MathF.Floor(x);
        var row = MathF.Floor(y);
        var u = Smooth(x - column);
        var v = Smooth(y - row);
        var (i, j) = ((int)column, (int)row);
        var top = float.Lerp(Lattice(i, j, seed), Lattice(i + 1, j, seed), u);
        var bottom = float.Lerp(Lattice(i, j + 1, seed), Lattice(i + 1, j + 1, seed), u);
        return float.Lerp(top, bottom, v);
    }

    /// <summary>A sum of octaves, each twice as fine and half as strong; 0 to 1, mostly near 0.5.</summary>
    public static float Fractal(Vector2 point, int octaves, uint seed)
    {
        var (sum, weight, total) = (0f, 1f, 0f);
        for (var octave = 0; octave < octaves; octave++)
        {
            sum += weight * At(point.X, point.Y, seed + (uint)octave);
            total += weight;
            weight *= 0.5f;
            // An offset keeps the octaves' lattices from lining up, which would show as a grid.
            point = (point * 2f) + new Vector2(17.3f, 9.1f);
        }

        return sum / total;
    }

    /// <summary>A random value in [0, 1) for an integer point.</summary>
    public static float Lattice(int x, int y, uint seed)
    {
        var h = ((uint)x * 0x8DA6B343) ^ ((uint)y * 0xD8163841) ^ (seed * 0xCB1AB31F);
        h = (h ^ (h >> 15)) * 0x2C1B3C6D;
        h = (h ^ (h >> 12)) * 0x297A2D39;
        return ((h ^ (h >> 15)) >> 8) * (1f / (1 << 24));
    }

    static float Smooth(float t) => t * t * (3f - (2f * t));
}
