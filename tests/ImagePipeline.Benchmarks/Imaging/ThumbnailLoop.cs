using System.Buffers;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Vips;

namespace ImagePipeline.Benchmarks.Imaging;

/// <summary>
/// The rate of <see cref="ImageDecoder.DecodeToFit"/> to 512 pixels beside a bare libvips thumbnail loop over the same
/// bytes. Rounds alternate, so that other load on the machine meets both alike, and the median round counts.
/// </summary>
public static class ThumbnailLoop
{
    const int EdgePx = 512;
    static readonly (int WidthPx, int HeightPx)[] Sizes = [(4000, 3000), (1152, 864), (512, 384), (300, 200)];

    /// <summary>Measures and prints one line per picture size and number of threads.</summary>
    public static void Run(TextWriter output, int rounds, TimeSpan time)
    {
        output.WriteLine("picture      threads  bare/s  ours/s  ours:bare (median of rounds)");
        foreach (var (width, height) in Sizes)
        {
            var jpeg = ImageEncoder.ToJpeg(Draw(width, height), width, height, 85);
            foreach (var threads in new[] { 1, 2 })
            {
                Rates.PerSecond(threads, time, _ => Bare(jpeg));
                Rates.PerSecond(threads, time, _ => Ours(jpeg));
                var (bare, ours, ratio) = (new List<double>(), new List<double>(), new List<double>());
                for (var round = 0; round < rounds; round++)
                {
                    bare.Add(Rates.PerSecond(threads, time, _ => Bare(jpeg)));
                    ours.Add(Rates.PerSecond(threads, time, _ => Ours(jpeg)));
                    ratio.Add(ours[^1] / bare[^1]);
                }

                output.WriteLine($"{width + "x" + height,-12} {threads,7} {Rates.Median(bare),7:f0} {Rates.Median(ours),7:f0} "
                    + $"{Rates.Median(ratio):f2}");
            }
        }
    }

    static void Ours(byte[] jpeg)
    {
        using var decoded = ImageDecoder.DecodeToFit(jpeg, EdgePx);
        if (!decoded.IsDecoded)
        {
            throw new InvalidOperationException(decoded.Rejection.Value.Detail);
        }
    }

    /// <summary>What libvips needs for a thumbnail that fits 512 pixels, its own thumbnail operation and nothing else.</summary>
    internal static unsafe void Bare(byte[] jpeg)
    {
        fixed (byte* start = jpeg)
        {
            using var image = VipsImage.Load("thumbnail_buffer", start, jpeg.Length,
                ("width", "512"), ("height", "512"), ("size", "down"), ("option-string", "[fail-on=truncated]"));
            var pixels = ArrayPool<byte>.Shared.Rent(EdgePx * EdgePx * 3);
            image.Read(pixels);
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    /// <summary>Gradients with seeded noise, so that a JPEG of it is about as large as one of a photo.</summary>
    static byte[] Draw(int widthPx, int heightPx)
    {
        var random = new Random(7);
        var rgb = new byte[widthPx * heightPx * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            var (x, y) = (i / 3 % widthPx, i / 3 / widthPx);
            rgb[i] = (byte)Math.Clamp(128 + 90 * Math.Sin(x / 37.0 + i % 3) * Math.Cos(y / 29.0) + random.Next(-8, 9),
                0, 255);
        }
        return rgb;
    }
}
