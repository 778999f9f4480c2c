using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Output;
using ImagePipeline.Inference;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models verify</c>: whether models work as their manifests say.</summary>
static class ModelsVerifyCommand
{
    static readonly Argument<string?> Model = new("model")
    {
        Description = "A name that models list shows, a manifest, an .onnx or a folder; all that are installed where none is given.",
        HelpName = "NAME|PATH",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Create() => new Command(
        "verify", "Open a model, hold its file against its manifest, and embed drawn pictures; 1 where anything is wrong.")
    {
        Model, CommonOptions.Device,
    }.WithExamples("""
        imagepipeline models verify
        imagepipeline models verify dinov2-small --json
        imagepipeline models verify ~/models/my-model.json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var options = new ModelOptions
        {
            Provider = Enum.Parse<ExecutionProvider>(parsed.GetValue(CommonOptions.Device)!, ignoreCase: true),
        };
        var reports = new List<TrialReport>();
        foreach (var (name, manifest) in Wanted(parsed.GetValue(Model)))
        {
            reports.Add(await ModelTrial.RunAsync(name, manifest, options, cancel));
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(reports);
        }
        else
        {
            reports.ForEach(Write);
        }

        return reports.TrueForAll(report => report.Faults.Count == 0) ? ExitCode.Done : ExitCode.SomeFailed;
    }

    static IEnumerable<(string Name, string Manifest)> Wanted(string? name)
    {
        if (name is null)
        {
            return ModelFolders.List().Select(folder => (folder.Name, folder.Manifest));
        }

        try
        {
            return [(name, ModelFolders.FindManifest(name))];
        }
        catch (ModelException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    static void Write(TrialReport report)
    {
        var isGood = report.Faults.Count == 0;
        Terminal.Out.MarkupLine($"{(isGood ? "[green]ok  [/]" : "[red]FAIL[/]")} {Markup.Escape(report.Model)}"
            + (report.Dimensions == 0 ? "" : FormattableString.Invariant(
                $", {report.Dimensions:N0} dimensions, length {report.Norm:0.000}, {report.MillisecondsPerPicture:0.0} ms per picture on {report.Device}")));
        if (report.Copies.Length > 0)
        {
            Terminal.Line($"     {report.Copies}");
        }

        foreach (var fault in report.Faults)
        {
            Terminal.Out.MarkupLine($"     [yellow]{Markup.Escape(fault)}[/]");
        }
    }
}
