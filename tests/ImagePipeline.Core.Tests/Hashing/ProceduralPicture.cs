namespace ImagePipeline.Core.Tests.Hashing;

/// <summary>Pictures drawn by integer formulas, the same as in tests/golden/hashing/make_procedural.py.</summary>
static class ProceduralPicture
{
    /// <summary>Draws one picture: interleaved RGB, row-major.</summary>
    public static byte[] Draw(string kind, int width, int height)
    {
        var rgb = new byte[3 * width * height];
        for (var i = 0; i < rgb.Length; i++)
        {
            int channel = i % 3, x = i / 3 % width, y = i / 3 / width;
            rgb[i] = (byte)Level(kind, x, y, width, channel);
        }

        return rgb;
    }

    /// <summary>Draws the picture with its pixels moved: the pixel (x, y) of the result is that of the map.</summary>
    public static byte[] Remap(byte[] rgb, int width, int newWidth, int newHeight, Func<int, int, (int X, int Y)> map)
    {
        var moved = new byte[rgb.Length];
        for (var y = 0; y < newHeight; y++)
        {
            for (var x = 0; x < newWidth; x++)
            {
                var (fromX, fromY) = map(x, y);
                rgb.AsSpan(3 * ((fromY * width) + fromX), 3).CopyTo(moved.AsSpan(3 * ((y * newWidth) + x)));
            }
        }

        return moved;
    }

    static int Level(string kind, int x, int y, int width, int channel) => kind switch
    {
        "waves" => (
            (2 * Wave((3 * x) + ((channel + 1) * y), 137 + (11 * channel)))
            + (2 * Wave((5 * y) + (channel * x), 301))
            + Noise(x / 16, y / 16, channel)) / 5,
        "noise" => Noise(x, y, channel),
        "ramp" => x * 255 / width,
        "flat" => 100 + (50 * channel),
        "mirrored" => (Wave(7 * Math.Min(x, width - 1 - x), 90) + Wave(4 * y, 77)) / 2,
        _ => throw new ArgumentException($"No such kind: {kind}.", nameof(kind)),
    };

    static int Wave(int at, int period) => Math.Abs((at % (2 * period)) - period) * 255 / period;

    static int Noise(int x, int y, int channel)
    {
        var mixed = unchecked(((uint)x * 73856093u) ^ ((uint)y * 19349663u) ^ ((uint)channel * 83492791u));
        return (int)(unchecked(mixed * 2654435761u) >> 24);
    }
}
