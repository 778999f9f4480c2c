using System.Diagnostics;
using System.Numerics.Tensors;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>What became of trying a model.</summary>
/// <param name="Model">Its id; the name that was given where it does not even open.</param>
/// <param name="Path">The .onnx, or the manifest where it does not open.</param>
/// <param name="Dimensions">Length of a vector; 0 where it does not open.</param>
/// <param name="Norm">Euclidean length of the vector of a drawn picture.</param>
/// <param name="MillisecondsPerPicture">Preparing and running one picture, the median of several, one at a time.</param>
/// <param name="Device">Where it ran.</param>
/// <param name="Copies">How it decides which pairs are copies, in a sentence; empty where it does not open.</param>
/// <param name="Faults">What is wrong, in sentences; empty where all is well.</param>
sealed record TrialReport(
    string Model, string Path, int Dimensions, double Norm, double MillisecondsPerPicture, string Device, string Copies,
    IReadOnlyList<string> Faults);

/// <summary>Opens a model, which holds its file against its manifest, and looks at the vectors of drawn pictures.</summary>
static class ModelTrial
{
    const int Runs = 7;
    const int PicturePx = 400;

    // Of a length, and between two runs on a device: 16-bit storage loses about as much.
    const double Tolerance = 1e-3;

    // Below the resolution of 32-bit floats in a cosine.
    const double SameDirection = 1e-6;

    /// <summary>Tries the model of a manifest.</summary>
    public static async Task<TrialReport> RunAsync(string name, string manifest, ModelOptions options, CancellationToken cancel)
    {
        try
        {
            using var model = EmbeddingModel.Open(manifest, options);
            await using var engine = new EmbeddingEngine(model);
            return await TryAsync(engine, cancel);
        }
        catch (ModelException fault)
        {
            return new TrialReport(name, manifest, 0, 0, 0, "", "", [fault.Message]);
        }
    }

    static async Task<TrialReport> TryAsync(EmbeddingEngine engine, CancellationToken cancel)
    {
        using var one = Draw(engine, seed: 1);
        using var other = Draw(engine, seed: 2);
        var first = await engine.EmbedAsync(one.RgbMemory, cancel);
        var times = new List<double>();
        var again = first;
        for (var run = 0; run < Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            again = await engine.EmbedAsync(one.RgbMemory, cancel);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        var others = await engine.EmbedAsync(other.RgbMemory, cancel);
        var manifest = engine.Model.Manifest;
        return new TrialReport(
            manifest.ModelId.ToString(), engine.Model.Path, manifest.Output.Dimensions, TensorPrimitives.Norm<float>(first),
            times.Order().ElementAt(Runs / 2), engine.Model.Provider.ToString().ToLowerInvariant(),
            CopyDecision.Of(manifest, FleetCommandOptions.Relate().CopyProbability).Sentence,
            [.. Faults(manifest.Output.L2Normalise, first, again, others)]);
    }

    /// <summary>What is wrong with vectors of one picture, of the same again, and of another; that they are finite the engine saw to.</summary>
    static IEnumerable<string> Faults(bool isUnit, float[] first, float[] again, float[] other)
    {
        var norm = TensorPrimitives.Norm<float>(first);
        if (norm == 0)
        {
            yield return "The vector of a picture is zero.";
            yield break;
        }

        if (isUnit && Math.Abs(norm - 1) > Tolerance)
        {
            yield return FormattableString.Invariant($"The vector of a picture has length {norm:0.0000}, not 1.");
        }

        if (1 - TensorPrimitives.CosineSimilarity<float>(first, again) is var apart && apart > Tolerance)
        {
            yield return FormattableString.Invariant($"The same picture twice gave vectors {apart:0.0000} apart.");
        }

        if (1 - TensorPrimitives.CosineSimilarity<float>(first, other) < SameDirection)
        {
            yield return "Two pictures that have nothing in common gave the same vector: is output.name the right tensor?";
        }
    }

    static PixelBuffer Draw(EmbeddingEngine engine, int seed)
    {
        var scene = RgbPicture.Scene(seed, PicturePx, PicturePx);
        var decoded = ImageDecoder.DecodeForModel(
            ImageEncoder.ToPng(scene.Rgb, PicturePx, PicturePx), engine.Model.Manifest.InputShape(), ImageLimits.Default);
        return decoded.Pixels ?? throw new UnreachableException($"a picture of our own: {decoded.Rejection!.Value.Detail}");
    }
}
