using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

/// <summary>imagehash's three hashes from their definitions: Pillow's resampling tap by tap, the cosine transform as
/// the double sum that defines it. Without pocketfft's roundings, so it is comparable where no coefficients
/// tie.</summary>
static class NaiveGreyHashes
{
    public static (Hash64 Average, Hash64 Difference, Hash64 Perceptual) Compute(byte[] rgb, int width, int height)
    {
        var grey = new byte[height, width];
        for (var i = 0; i < width * height; i++)
        {
            grey[i / width, i % width] =
                (byte)(((rgb[3 * i] * 19595) + (rgb[(3 * i) + 1] * 38470) + (rgb[(3 * i) + 2] * 7471) + 0x8000) >> 16);
        }

        var small = Resize(grey, 8, 8).Cast<byte>().ToArray();
        var wider = Resize(grey, 9, 8);
        var mean = small.Average(level => (double)level);
        return (
            Pack(small.Select(level => level > mean)),
            Pack(Enumerable.Range(0, 64).Select(i => wider[i / 8, (i % 8) + 1] > wider[i / 8, i % 8])),
            Perceptual(Resize(grey, 32, 32)));
    }

    static Hash64 Pack(IEnumerable<bool> bits) =>
        new(bits.Aggregate(0ul, (packed, bit) => (packed << 1) | (bit ? 1ul : 0)));

    static Hash64 Perceptual(byte[,] grey)
    {
        var low = new double[64];
        for (var i = 0; i < 64; i++)
        {
            for (var at = 0; at < 32 * 32; at++)
            {
                low[i] += 4 * grey[at / 32, at % 32]
                    * Math.Cos(Math.PI * (i / 8) * ((2 * (at / 32)) + 1) / 64)
                    * Math.Cos(Math.PI * (i % 8) * ((2 * (at % 32)) + 1) / 64);
            }
        }

        var ranked = low.Order().ToArray();
        var median = (ranked[31] + ranked[32]) / 2;
        return Pack(low.Select(coefficient => coefficient > median));
    }

    static byte[,] Resize(byte[,] grey, int width, int height) =>
        Flip(ResizeRows(Flip(ResizeRows(grey, width)), height));

    static byte[,] ResizeRows(byte[,] grey, int width)
    {
        int rows = grey.GetLength(0), from = grey.GetLength(1);
        var scale = (double)from / width;
        var support = 3 * Math.Max(scale, 1);
        var resized = new byte[rows, width];
        for (var x = 0; x < width; x++)
        {
            var centre = (x + 0.5) * scale;
            var first = Math.Max(0, (int)(centre - support + 0.5));
            var end = Math.Min(from, (int)(centre + support + 0.5));
            var weights = Enumerable.Range(first, end - first)
                .Select(i => Lanczos((i - centre + 0.5) * (1.0 / Math.Max(scale, 1)))).ToArray();
            var total = 0.0;
            Array.ForEach(weights, weight => total += weight);
            var scaled = weights
                .Select(weight => (int)Math.Round(weight / total * (1 << 22), MidpointRounding.AwayFromZero)).ToArray();
            for (var y = 0; y < rows; y++)
            {
                long sum = 1 << 21;
                for (var i = first; i < end; i++)
                {
                    sum += grey[y, i] * scaled[i - first];
                }

                resized[y, x] = (byte)Math.Clamp(sum >> 22, 0, 255);
            }
        }

        return resized;
    }

    static double Lanczos(double x) => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0;

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    static byte[,] Flip(byte[,] grey)
    {
        var flipped = new byte[grey.GetLength(1), grey.GetLength(0)];
        for (var y = 0; y < grey.GetLength(0); y++)
        {
            for (var x = 0; x < grey.GetLength(1); x++)
            {
                flipped[x, y] = grey[y, x];
            }
        }

        return flipped;
    }
}
