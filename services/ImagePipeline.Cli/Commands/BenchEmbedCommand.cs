using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Bench;
using ImagePipeline.Cli.Output;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>bench embed</c>: decoding, the model, both together, and the curve over batch sizes; no database.</summary>
static class BenchEmbedCommand
{
    static readonly Option<string?> Folder = new("--folder")
    {
        Description = "Pictures to decode, the first 512 that can be [default: drawn ones].",
        HelpName = "DIR",
    };

    static readonly Option<int> Seconds = new("--seconds")
    {
        Description = "How long to measure in all, 1 to 3600; warming up comes on top.",
        HelpName = "N",
        DefaultValueFactory = _ => 30,
    };

    static readonly Option<string> Batches = new("--batches")
    {
        Description = "Batch sizes of the curve, each 1 to 1024.",
        HelpName = "1,8,32,64",
        DefaultValueFactory = _ => "1,8,32,64",
    };

    static readonly Option<int?> Threads = new("--threads")
    {
        Description = "Runs of the model at once, 1 to 256 [default: one per processor on the CPU, 2 on CUDA].",
        HelpName = "N",
    };

    public static Command Create() => new Command(
        "embed", "Measure the embed stage: decoding, the model beside ONNX Runtime alone, both together, and a curve over batch sizes.")
    {
        CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, Folder, Seconds, Batches, Threads, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline bench embed
        imagepipeline bench embed --device cuda --batches 32,64,128,256 --seconds 60
        imagepipeline bench embed --model ~/models/mobilenet_v2.onnx --folder ~/Pictures
        imagepipeline bench embed --json | jq .bottleneck
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var seconds = InRange("--seconds", parsed.GetValue(Seconds), 3600);
        var workers = InRange("--workers", parsed.GetValue(CommonOptions.Workers), 1024);
        int? threads = parsed.GetValue(Threads) is { } given ? InRange("--threads", given, 256) : null;
        var batches = Parse(parsed.GetValue(Batches)!);
        var folder = parsed.GetValue(Folder);
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new UsageException($"there is no folder '{folder}'.");
        }

        using var model = Models.Open(parsed);
        var plan = new EmbedBenchPlan(
            model.FixedBatch is { } only ? [only] : batches, threads, workers, TimeSpan.FromSeconds(seconds));
        var pictures = folder is null
            ? BenchPictures.Draw()
            : await BenchPictures.ReadAsync(folder, model.Manifest.InputShape(), cancel);

        var report = await Terminal.ProgressAsync(
            "measuring", !parsed.GetValue(CommonOptions.NoProgress),
            advance => new EmbedBench(model, pictures, plan).RunAsync(advance, cancel));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(report);
        }
        else
        {
            EmbedBenchTable.Write(report);
        }

        return ExitCode.Done;
    }

    static int[] Parse(string batches) => [.. batches.Split(',', StringSplitOptions.TrimEntries).Select(text =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var batch)
            ? InRange("--batches", batch, 1024)
            : throw new UsageException($"--batches takes numbers parted by commas, not '{text}'.")).Distinct()];

    static int InRange(string option, int value, int most) => value >= 1 && value <= most
        ? value
        : throw new UsageException($"{option} takes 1 to {most}.");
}
