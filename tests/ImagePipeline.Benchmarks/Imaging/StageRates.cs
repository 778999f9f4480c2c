using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.Imaging;

/// <summary>
/// What the stages do to a picture, in memory, beside a bare libvips thumbnail loop to the same size over the same JPEGs, which the
/// product's own scenes are drawn for. Rounds alternate, so that other load meets all alike, and medians of rounds count.
/// </summary>
public static class StageRates
{
    /// <summary>The sizes that are measured, largest first, each with the number of different scenes.</summary>
    internal static readonly (string Name, int WidthPx, int HeightPx, int Scenes)[] Sizes =
        [("12 MP", 4000, 3000, 3), ("1 MP", 1152, 864, 12), ("small", 320, 240, 24)];

    /// <summary>Measures and prints a line per size and number of threads; pictures a second.</summary>
    internal static void Run(
        TextWriter output, int rounds, TimeSpan time, (string Name, int WidthPx, int HeightPx, int Scenes)[] sizes)
    {
        using var model = EmbeddingModel.Open("fingerprint", new() { Provider = ExecutionProvider.Cpu });
        output.WriteLine("pictures/s; a ratio is the median of the rounds' ratios");
        output.WriteLine("picture threads | libvips  decode +hashes  hash:libvips | for model  +embed");
        foreach (var size in sizes)
        {
            var jpegs = Enumerable.Range(0, size.Scenes).Select(seed => Draw(seed, size.WidthPx, size.HeightPx)).ToArray();
            foreach (var threads in (int[])[1, 2])
            {
                Action<byte[]>[] parts = [Bare, Decode, Hash, jpeg => DecodeForModel(jpeg, model), jpeg => Embed(jpeg, model)];
                var rates = Measure(parts, jpegs, threads, rounds, time);
                var ratio = Rates.Median(rates[2].Zip(rates[0], (hash, bare) => hash / bare));
                var medians = rates.Select(Rates.Median).ToArray();
                output.WriteLine($"{size.Name,-7} {threads,7} | {medians[0],7:f0} {medians[1],7:f0} {medians[2],7:f0} {ratio,13:f2} "
                    + $"| {medians[3],9:f0} {medians[4],7:f0}");
            }
        }
    }

    static double[][] Measure(Action<byte[]>[] parts, byte[][] jpegs, int threads, int rounds, TimeSpan time)
    {
        var rates = parts.Select(_ => new double[rounds]).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var part = 0; part < parts.Length; part++)
            {
                var work = parts[part];
                var rate = Rates.PerSecond(threads, time, call => work(jpegs[call % jpegs.Length]));
                if (round >= 0)
                {
                    rates[part][round] = rate;
                }
            }
        }

        return rates;
    }

    static void Bare(byte[] jpeg) => ThumbnailLoop.Bare(jpeg);

    static void Decode(byte[] jpeg)
    {
        using var decoded = ImageDecoder.DecodeToFit(jpeg, ImageHasher.FitPx);
        _ = decoded.Pixels ?? throw new InvalidOperationException(decoded.Rejection?.Detail);
    }

    static void Hash(byte[] jpeg)
    {
        using var decoded = ImageDecoder.DecodeToFit(jpeg, ImageHasher.FitPx);
        var pixels = decoded.Pixels!;
        ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx);
    }

    static void DecodeForModel(byte[] jpeg, EmbeddingModel model)
    {
        using var decoded = ImageDecoder.DecodeForModel(jpeg, model.Manifest.InputShape());
        _ = decoded.Pixels ?? throw new InvalidOperationException(decoded.Rejection?.Detail);
    }

    static void Embed(byte[] jpeg, EmbeddingModel model)
    {
        using var decoded = ImageDecoder.DecodeForModel(jpeg, model.Manifest.InputShape());
        var tensor = new float[model.Manifest.TensorLength];
        Preprocessing.ToTensor(decoded.Pixels!.Rgb, tensor, model.Manifest);
        model.Run(tensor, 1, new float[model.Manifest.Output.Dimensions]);
    }

    static byte[] Draw(int seed, int widthPx, int heightPx)
    {
        var scene = RgbPicture.Scene(seed, widthPx, heightPx);
        return ImageEncoder.ToJpeg(scene.Rgb, widthPx, heightPx, 85);
    }
}
