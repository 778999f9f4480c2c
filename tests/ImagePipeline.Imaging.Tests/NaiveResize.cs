namespace ImagePipeline.Imaging.Tests;

/// <summary>
/// The plain definition of an antialiased resize: each result is a kernel-weighted mean, the kernel widened when
/// shrinking.
/// </summary>
static class NaiveResize
{
    public static byte[] Apply(byte[] rgb, int widthPx, int heightPx, int toWidthPx, int toHeightPx,
        ResizeKernel kernel)
    {
        var result = new byte[toWidthPx * toHeightPx * 3];
        var (across, down) = (Weights(widthPx, toWidthPx, kernel), Weights(heightPx, toHeightPx, kernel));
        for (var y = 0; y < toHeightPx; y++)
        {
            for (var x = 0; x < toWidthPx; x++)
            {
                for (var c = 0; c < 3; c++)
                {
                    var sum = 0.0;
                    foreach (var (fromY, weightY) in down[y])
                    {
                        foreach (var (fromX, weightX) in across[x])
                        {
                            sum += weightY * weightX * rgb[3 * (fromY * widthPx + fromX) + c];
                        }
                    }
                    result[3 * (y * toWidthPx + x) + c] = (byte)Math.Clamp(Math.Round(sum), 0, 255);
                }
            }
        }
        return result;
    }

    static List<(int From, double Weight)>[] Weights(int from, int to, ResizeKernel kernel)
    {
        var scale = from / (double)to;
        var stretch = Math.Max(1, scale);
        var rows = new List<(int, double)>[to];
        for (var i = 0; i < to; i++)
        {
            var centre = (i + 0.5) * scale - 0.5;
            var taps = Enumerable.Range((int)Math.Floor(centre - 4 * stretch), (int)(8 * stretch) + 2)
                .Select(j => (At: Math.Clamp(j, 0, from - 1), Weight: Kernel((j - centre) / stretch, kernel))).ToList();
            var sum = taps.Sum(t => t.Weight);
            rows[i] = [.. taps.Select(t => (t.At, t.Weight / sum))];
        }
        return rows;
    }

    static double Kernel(double x, ResizeKernel kernel)
    {
        x = Math.Abs(x);
        return kernel switch
        {
            ResizeKernel.Bilinear => Math.Max(0, 1 - x),
            ResizeKernel.Bicubic when x < 1 => 1.5 * x * x * x - 2.5 * x * x + 1,
            ResizeKernel.Bicubic when x < 2 => -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2,
            ResizeKernel.Lanczos3 when x < 3 => Sinc(x) * Sinc(x / 3),
            _ => 0,
        };
    }

    static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);
}
