using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>All that the signals know of a picture.</summary>
/// <param name="Hashes">Every hash.</param>
/// <param name="Orientations">PDQ in the order of <see cref="DihedralTransform"/>, upright first.</param>
/// <param name="Vectors">One per model, each of length 1.</param>
sealed record Appearance(ImageHashes Hashes, Hash256[] Orientations, float[][] Vectors)
{
    /// <summary>The same of a file on disk.</summary>
    public static async Task<Appearance?> OfFileAsync(string path, IReadOnlyList<OpenedEngine> models, CancellationToken cancel) =>
        new FileInfo(path).Length > ImageLimits.Default.MaxBytes
            ? null
            : await OfAsync(await File.ReadAllBytesAsync(path, cancel), models, cancel);

    /// <summary>What a file looks like to the stages of the pipeline; null where it is no picture that they accept.</summary>
    public static async Task<Appearance?> OfAsync(ReadOnlyMemory<byte> file, IReadOnlyList<OpenedEngine> models, CancellationToken cancel)
    {
        using var small = ImageDecoder.DecodeToFit(file.Span, ImageHasher.FitPx);
        if (!small.IsDecoded)
        {
            return null;
        }

        var hashes = ImageHasher.Compute(small.Pixels.Rgb, small.Pixels.WidthPx, small.Pixels.HeightPx);
        var vectors = new float[models.Count][];
        for (var at = 0; at < models.Count; at++)
        {
            var engine = models[at].Engine;
            using var input = ImageDecoder.DecodeForModel(file.Span, engine.Model.Manifest.InputShape());
            if (!input.IsDecoded)
            {
                return null;
            }

            vectors[at] = await engine.EmbedAsync(input.Pixels.RgbMemory, cancel);
        }

        return new Appearance(hashes, PdqOrientations.Of(hashes.PdqVariants), vectors);
    }
}
