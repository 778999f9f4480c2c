using System.CommandLine;
using System.Runtime.InteropServices;
using ImagePipeline.Cli.Output;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Imaging.Vips;
using ImagePipeline.Inference;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>doctor</c>: which parts are there and work, and what to do about those that do not.</summary>
static class DoctorCommand
{
    sealed record Finding(string Part, bool Ok, string Found, string? Advice);

    public static Command Create() => new Command(
        "doctor", "Try every part: decoder, model, device, database; and say what to do about those that fail.")
    {
        CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision,
    }.WithExamples("""
        imagepipeline doctor
        imagepipeline doctor --postgres "Host=db;Username=me;Database=images" --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        Finding[] findings =
        [
            new(".NET", true, $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} processors", null),
            Try("libvips", Decode, "Run the build again; native/node_modules may be incomplete. Supported: linux-x64, osx-arm64."),
            Try("ONNX Runtime", () => EmbeddingModel.RuntimeVersion, "Run the build again; native/node_modules may be incomplete."),
            Try("model", () => Model(parsed), "Give --model the path of an .onnx file with a manifest beside it, see models/README.md."),
            await TryAsync("database", () => DatabaseAsync(parsed, cancel), string.IsNullOrEmpty(parsed.GetValue(CommonOptions.Postgres))
                ? "Is Node.js 20 or newer on the PATH? Or give --postgres."
                : "Is the server running, is the connection string right, and is pgvector installed there?"),
        ];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(findings);
        }
        else
        {
            Write(findings);
        }

        return findings.All(finding => finding.Ok) ? ExitCode.Done : ExitCode.Unavailable;
    }

    static void Write(Finding[] findings)
    {
        foreach (var (part, ok, found, advice) in findings)
        {
            Terminal.Out.MarkupLine($"{(ok ? "[green]ok  [/]" : "[red]FAIL[/]")} {part,-13} {Markup.Escape(found)}");
            if (!ok && advice is not null)
            {
                Terminal.Out.MarkupLine($"     {"",-13} [yellow]{Markup.Escape(advice)}[/]");
            }
        }
    }

    static string Decode()
    {
        var picture = RgbPicture.Scene(seed: 1, widthPx: 64, heightPx: 48);
        foreach (var bytes in new[]
        {
            ImageEncoder.ToJpeg(picture.Rgb, 64, 48, 90), ImageEncoder.ToPng(picture.Rgb, 64, 48),
            ImageEncoder.ToWebp(picture.Rgb, 64, 48, lossless: true, 100), ImageEncoder.ToTiff(picture.Rgb, 64, 48),
        })
        {
            using var decoded = ImageDecoder.DecodeToFit(bytes, 32);
            if (decoded.Rejection is { } rejection)
            {
                throw new InvalidOperationException($"a picture of our own came back as {rejection.Reason}: {rejection.Detail}");
            }
        }

        return $"{VipsRuntime.Version}; JPEG, PNG, WebP and TIFF written and read back";
    }

    static string Model(ParseResult parsed)
    {
        using var model = Models.OpenQuietly(parsed.GetValue(CommonOptions.Model) ?? Models.Default, parsed);
        return $"{model.Manifest.ModelId}, {model.Manifest.Output.Dimensions} dimensions, on {model.ProviderReason}, {model.Path}";
    }

    static async Task<string> DatabaseAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel);
        return $"{await session.Database.VersionAsync(cancel)}, {session.Database.Description}";
    }

    static Finding Try(string part, Func<string> check, string advice) =>
        TryAsync(part, () => Task.FromResult(check()), advice).GetAwaiter().GetResult();

    static async Task<Finding> TryAsync(string part, Func<Task<string>> check, string advice)
    {
        try
        {
            return new Finding(part, true, await check(), null);
        }
#pragma warning disable CA1031 // Whatever is wrong with a part is what this command is there to say.
        catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
        {
            // A model's own message says what to do; what is inside it is the library's.
            return fault is ModelException
                ? new Finding(part, false, fault.Message, null)
                : new Finding(part, false, (fault.InnerException ?? fault).Message, advice);
        }
    }
}
