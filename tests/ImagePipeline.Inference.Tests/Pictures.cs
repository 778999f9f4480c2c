namespace ImagePipeline.Inference.Tests;

/// <summary>
/// Small pictures computed in integers, so that they are the same bytes everywhere; golden.py draws the same.
/// </summary>
static class Pictures
{
    /// <summary>Picture number <paramref name="kind"/>, edge x edge, interleaved RGB.</summary>
    public static byte[] Draw(int kind, int edge)
    {
        var rgb = new byte[edge * edge * 3];
        for (var y = 0; y < edge; y++)
        {
            for (var x = 0; x < edge; x++)
            {
                var (r, g, b) = Pixel(kind, x * 128 / edge, y * 128 / edge);
                var at = 3 * (y * edge + x);
                (rgb[at], rgb[at + 1], rgb[at + 2]) = ((byte)r, (byte)g, (byte)b);
            }
        }
        return rgb;
    }

    /// <summary>A picture mirrored left to right.</summary>
    public static byte[] Mirror(byte[] rgb, int edge)
    {
        var mirrored = new byte[rgb.Length];
        for (var i = 0; i < edge * edge; i++)
        {
            rgb.AsSpan(3 * i, 3).CopyTo(mirrored.AsSpan(3 * (i / edge * edge + edge - 1 - i % edge)));
        }
        return mirrored;
    }

    // Coordinates 0..127, colours 0..255.
    static (int R, int G, int B) Pixel(int kind, int x, int y) => kind switch
    {
        0 => (2 * x, 2 * y, 255 - x - y),
        1 => (x / 8 + y / 8) % 2 == 0 ? (230, 230, 220) : (20, 40, 60),
        2 => (x - 44) * (x - 44) + (y - 70) * (y - 70) < 900 ? (200, 60, 40) : (90, 130 + y / 2, 60),
        3 => (x * x / 16 + 3 * y) % 64 < 32 ? (40, 40, 160) : (220, 200, 40),
        4 => (x * 7 + y * 13 + x * y) % 97 is var noise && y > 64 + x / 8 ? (noise, 2 * noise, noise) : (120, 170, 250),
        _ => (128, 128, 128),
    };
}
