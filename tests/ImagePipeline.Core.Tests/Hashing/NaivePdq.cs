using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

/// <summary>PDQ written plainly: whole planes, one pixel at a time, in single precision and in the reference's
/// order.</summary>
static class NaivePdq
{
    public static (Hash256 Hash, int Quality) Compute(byte[] rgb, int width, int height)
    {
        var plane = new float[height, width];
        for (var i = 0; i < width * height; i++)
        {
            plane[i / width, i % width] =
                (0.299f * rgb[3 * i]) + (0.587f * rgb[(3 * i) + 1]) + (0.114f * rgb[(3 * i) + 2]);
        }

        for (var pass = 0; pass < 2; pass++)
        {
            for (var y = 0; y < height; y++)
            {
                var row = y;
                Box(width, x => plane[row, x], (x, mean) => plane[row, x] = mean);
            }

            for (var x = 0; x < width; x++)
            {
                var column = x;
                Box(height, y => plane[y, column], (y, mean) => plane[y, column] = mean);
            }
        }

        var cells = new float[64, 64];
        for (var i = 0; i < 64 * 64; i++)
        {
            cells[i / 64, i % 64] = plane[(int)((i / 64 + 0.5) * height / 64), (int)((i % 64 + 0.5) * width / 64)];
        }

        return (Bits(Transform(cells)), Quality(cells));
    }

    /// <summary>A box pass over one line: a running sum, added to before it is taken from.</summary>
    static void Box(int length, Func<int, float> read, Action<int, float> write)
    {
        var window = (length + 127) / 128;
        var ahead = ((window + 2) / 2) - 1;
        var line = Enumerable.Range(0, length).Select(read).ToArray();
        float sum = 0;
        var count = 0;
        for (var i = -ahead; i < length; i++)
        {
            if (i + ahead < length)
            {
                sum += line[i + ahead];
                count++;
            }

            if (i + ahead - window >= 0)
            {
                sum -= line[i + ahead - window];
                count--;
            }

            if (i >= 0)
            {
                write(i, sum / count);
            }
        }
    }

    static float[,] Transform(float[,] cells)
    {
        var half = new float[16, 64];
        var result = new float[16, 16];
        for (var i = 0; i < 16; i++)
        {
            for (var j = 0; j < 64; j++)
            {
                for (var k = 0; k < 64; k++)
                {
                    half[i, j] += Cosine(i, k) * cells[k, j];
                }
            }

            for (var j = 0; j < 16; j++)
            {
                for (var k = 0; k < 64; k++)
                {
                    result[i, j] += half[i, k] * Cosine(j, k);
                }
            }
        }

        return result;
    }

    static float Cosine(int row, int column) =>
        (float)((float)Math.Sqrt(2.0 / 64) * Math.Cos(Math.PI / 2 / 64 * (row + 1) * ((2 * column) + 1)));

    static Hash256 Bits(float[,] coefficients)
    {
        var median = coefficients.Cast<float>().Order().ElementAt(127);
        var digits = coefficients.Cast<float>().Reverse()
            .Select(coefficient => coefficient > median ? '1' : '0').ToArray();
        var words = Enumerable.Range(0, 4).Select(i => Convert.ToUInt64(new string(digits, 64 * i, 64), 2)).ToArray();
        return new(words[0], words[1], words[2], words[3]);
    }

    static int Quality(float[,] cells)
    {
        var sum = 0;
        for (var i = 0; i < 64; i++)
        {
            for (var j = 0; j < 63; j++)
            {
                sum += Math.Abs((int)((cells[i, j] - cells[i, j + 1]) * 100 / 255));
                sum += Math.Abs((int)((cells[j, i] - cells[j + 1, i]) * 100 / 255));
            }
        }

        return Math.Min(100, sum / 90);
    }
}
