using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Imaging;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>hash FILES…</c>: what the hash stage would store, without a database.</summary>
static class HashCommand
{
    static readonly Argument<string[]> Files = new("files")
    {
        Description = "Image files.",
        HelpName = "FILES…",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => new Command("hash", "Print aHash, dHash, pHash and PDQ of files, without a database.")
    {
        Files, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline hash a.jpg b.png
        imagepipeline hash *.jpg --json         one object per line
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var json = parsed.GetValue(CommonOptions.Json);
        var failed = false;
        await foreach (var (file, outcome) in FileBatch.TreatAsync(
            parsed.GetValue(Files)!, parsed.GetValue(CommonOptions.Workers), Hash, cancel))
        {
            failed |= outcome.Error is not null;
            Print(file, outcome, json);
        }

        return failed ? ExitCode.SomeFailed : ExitCode.Done;
    }

    static FileOutcome<ImageHashes> Hash(ReadOnlyMemory<byte> bytes)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes.Span, ImageHasher.FitPx, ImageLimits.Default);
        return decoded.Pixels is { } pixels
            ? new(ImageHasher.Compute(pixels.Rgb, pixels.WidthPx, pixels.HeightPx), null)
            : new(default, $"{decoded.Rejection!.Value.Reason}: {decoded.Rejection!.Value.Detail}");
    }

    static void Print(string file, FileOutcome<ImageHashes> outcome, bool json)
    {
        var hashes = outcome.Value;
        if (outcome.Error is { } error)
        {
            if (json)
            {
                JsonOutput.WriteLine(new { file, error });
            }
            else
            {
                Console.Error.WriteLine($"{file}: {error}");
            }
        }
        else if (json)
        {
            JsonOutput.WriteLine(new
            {
                file,
                ahash = hashes.Average.ToString(),
                dhash = hashes.Difference.ToString(),
                phash = hashes.Perceptual.ToString(),
                pdq = hashes.Pdq.ToString(),
                pdq_quality = hashes.PdqQuality,
            });
        }
        else
        {
            Console.Out.WriteLine($"""
                {file}
                  ahash {hashes.Average}  dhash {hashes.Difference}  phash {hashes.Perceptual}
                  pdq   {hashes.Pdq}  quality {hashes.PdqQuality}
                """);
        }
    }
}
