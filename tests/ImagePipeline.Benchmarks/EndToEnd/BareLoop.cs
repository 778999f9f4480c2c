using System.Diagnostics;
using System.Text.Json;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.EndToEnd;

/// <summary>A part of the work on a picture.</summary>
public enum BarePart
{
    /// <summary>Reading the file and decoding to fit 512.</summary>
    Decode,

    /// <summary>The same and every hash.</summary>
    Hash,

    /// <summary>The model alone, on an empty picture.</summary>
    Infer,

    /// <summary>Reading the file, decoding for the model, and the model.</summary>
    Embed,

    /// <summary>Hash and embed, with a decode for each, as two services do it.</summary>
    Twice,

    /// <summary>Hash and embed from one decode where that is possible: all that the main job computes, with no database, no bus and no book-keeping.</summary>
    All,
}

/// <summary>One pass over a folder.</summary>
/// <param name="Images">Files that decoded.</param>
/// <param name="Seconds">Without opening the model.</param>
/// <param name="CpuSeconds">Processor time in them.</param>
public sealed record BareResult(int Images, double Seconds, double CpuSeconds);

/// <summary>The work of the stages in a plain loop: what the main job can reach at best. Prints its result as JSON, since each pass is
/// a process of its own, as the main job is: both compile their code while they work.</summary>
public static class BareLoop
{
    /// <summary>Treats every file below <paramref name="folder"/> once on <paramref name="threads"/> threads.</summary>
    public static void Run(BarePart part, string folder, int threads, TextWriter output)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        using var model = EmbeddingModel.Open("fingerprint", new() { Provider = ExecutionProvider.Cpu });
        using var process = Process.GetCurrentProcess();
        var cpu = process.TotalProcessorTime;
        var clock = Stopwatch.StartNew();
        var (next, images) = (-1, 0);
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            var tensor = new float[model.Manifest.TensorLength];
            var vector = new float[model.Manifest.Output.Dimensions];
            for (var at = Interlocked.Increment(ref next); at < files.Length; at = Interlocked.Increment(ref next))
            {
                if (Treat(part, files[at], model, tensor, vector))
                {
                    Interlocked.Increment(ref images);
                }
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        var seconds = clock.Elapsed.TotalSeconds;
        process.Refresh();
        output.WriteLine(JsonSerializer.Serialize(
            new BareResult(images, seconds, (process.TotalProcessorTime - cpu).TotalSeconds)));
    }

    static bool Treat(BarePart part, string file, EmbeddingModel model, float[] tensor, float[] vector)
    {
        if (part == BarePart.Infer)
        {
            model.Run(tensor, 1, vector);
            return true;
        }

        var bytes = File.ReadAllBytes(file);
        if (part == BarePart.All)
        {
            return HashAndEmbed(bytes, model, tensor, vector);
        }

        return (part == BarePart.Embed || Hash(bytes, part))
            && (part is BarePart.Decode or BarePart.Hash || Embed(bytes, model, tensor, vector));
    }

    static bool HashAndEmbed(byte[] bytes, EmbeddingModel model, float[] tensor, float[] vector)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, ImageHasher.FitPx);
        if (decoded.Pixels is not { } pixels)
        {
            return false;
        }

        ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx);
        using var input = ImageDecoder.ModelInputOf(decoded, model.Manifest.InputShape());
        if (input is null)
        {
            return Embed(bytes, model, tensor, vector);
        }

        Preprocessing.ToTensor(input.Rgb, tensor, model.Manifest);
        model.Run(tensor, 1, vector);
        return true;
    }

    static bool Hash(byte[] bytes, BarePart part)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, ImageHasher.FitPx);
        if (decoded.Pixels is { } pixels && part != BarePart.Decode)
        {
            ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx);
        }

        return decoded.IsDecoded;
    }

    static bool Embed(byte[] bytes, EmbeddingModel model, float[] tensor, float[] vector)
    {
        using var decoded = ImageDecoder.DecodeForModel(bytes, model.Manifest.InputShape());
        if (decoded.Pixels is { } pixels)
        {
            Preprocessing.ToTensor(pixels.Rgb, tensor, model.Manifest);
            model.Run(tensor, 1, vector);
        }

        return decoded.IsDecoded;
    }
}
