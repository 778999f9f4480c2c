using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>embed FILES…</c>: what the embed stage would store, without a database.</summary>
static class EmbedCommand
{
    static readonly Argument<string[]> Files = new("files")
    {
        Description = "Image files.",
        HelpName = "FILES…",
        Arity = ArgumentArity.OneOrMore,
    };

    static readonly Option<string?> Out = new("--out")
    {
        Description = "Write the vectors as a float32 NumPy array, one row per file in the order given; a file that failed is a row of NaN.",
        HelpName = "vectors.npy",
    };

    public static Command Create() => new Command("embed", "Print the vector of files under a model, without a database.")
    {
        Files, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers, Out,
    }.WithExamples("""
        imagepipeline embed a.jpg
        imagepipeline embed *.jpg --out vectors.npy
        imagepipeline embed a.jpg --model ~/models/mobilenet_v2.onnx --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var opened = Models.OpenEngine(parsed);
        var engine = opened.Engine;
        var files = parsed.GetValue(Files)!;
        var dimensions = engine.Model.Manifest.Output.Dimensions;
        using var array = parsed.GetValue(Out) is { } path ? new NumpyWriter(path, files.Length, dimensions) : null;
        var missing = Enumerable.Repeat(float.NaN, dimensions).ToArray();
        var failed = false;
        await foreach (var (file, outcome) in FileBatch.TreatAsync(
            files, parsed.GetValue(CommonOptions.Workers), bytes => Decode(bytes, engine.Model), cancel))
        {
            using var pixels = outcome.Value;
            var vector = pixels is null ? null : await engine.EmbedAsync(pixels.RgbMemory, cancel);
            failed |= vector is null;
            array?.WriteRow(vector ?? missing);
            Print(file, vector, outcome.Error, parsed.GetValue(CommonOptions.Json), quiet: array is not null);
        }

        return failed ? ExitCode.SomeFailed : ExitCode.Done;
    }

    static FileOutcome<PixelBuffer> Decode(ReadOnlyMemory<byte> bytes, EmbeddingModel model)
    {
        var decoded = ImageDecoder.DecodeForModel(bytes.Span, model.Manifest.InputShape(), ImageLimits.Default);
        return decoded.Pixels is { } pixels
            ? new(pixels, null)
            : new(null, $"{decoded.Rejection!.Value.Reason}: {decoded.Rejection!.Value.Detail}");
    }

    static void Print(string file, float[]? vector, string? error, bool json, bool quiet)
    {
        if (error is not null && !json)
        {
            Console.Error.WriteLine($"{file}: {error}");
        }
        else if (json && error is not null)
        {
            JsonOutput.WriteLine(new { file, error });
        }
        else if (json)
        {
            JsonOutput.WriteLine(new { file, embedding = vector });
        }
        else if (!quiet)
        {
            Console.Out.WriteLine($"{file}\n  {string.Join(' ', vector!.Select(value => FormattableString.Invariant($"{value:0.####}")))}");
        }
    }
}
