using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Resampling;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Benchmarks.Imaging;

/// <summary>A small picture in memory to a model's size: our resampler beside libvips' resize, alternating.</summary>
public static class ResampleRates
{
    /// <summary>Measures and prints one line per pair of sizes; calls a second on one thread.</summary>
    public static void Run(TextWriter output, int rounds, TimeSpan time)
    {
        foreach (var (width, height, edge) in new[] { (300, 200, 128), (480, 320, 128), (480, 320, 224) })
        {
            var rgb = new byte[3 * width * height];
            new Random(1).NextBytes(rgb);
            var result = new byte[3 * edge * edge];
            double[] ours = new double[rounds], theirs = new double[rounds];
            for (var round = 0; round < rounds; round++)
            {
                ours[round] = Rates.PerSecond(1, time, _ =>
                    RgbResampler.Resize(rgb, width, height, edge, edge, ResizeKernel.Lanczos3, result));
                theirs[round] = Rates.PerSecond(1, time, _ => Libvips(rgb, width, height, edge, result));
            }

            output.WriteLine($"{width} x {height} to {edge} x {edge}: {Rates.Median(ours):f0}/s, libvips {Rates.Median(theirs):f0}/s, "
                + $"ratio {Rates.Median(ours.Zip(theirs, (a, b) => a / b)):f1}");
        }
    }

    static void Libvips(byte[] rgb, int width, int height, int edge, byte[] result)
    {
        using var image = VipsImage.FromPixels(rgb, width, height)
            .Into("resize", ("scale", $"{edge / (double)width:R}"), ("vscale", $"{edge / (double)height:R}"), ("kernel", "lanczos3"));
        image.Read(result);
    }
}
