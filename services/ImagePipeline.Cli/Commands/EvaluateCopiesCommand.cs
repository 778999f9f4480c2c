using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Inference;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>evaluate copies FOLDER</c>: makes edited copies of pictures and asks every signal for their originals.</summary>
static class EvaluateCopiesCommand
{
    const int Unlimited = int.MaxValue;

    static readonly Argument<string> Folder = new("folder") { Description = "Pictures that copies are made of. Nothing is written there." };

    static readonly Option<string[]> Distractors = new("--distractors")
    {
        Description = "Folders of other pictures, which are only in the way.",
        HelpName = "DIR",
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<string[]> Edits = new("--edits")
    {
        Description = $"Edits to try, by name [default: all]: {string.Join(", ", CopyEdits.All.Select(edit => edit.Name))}.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Make copies of so many pictures, spread over the folder; the others are distractors [default: all].",
        HelpName = "N",
        DefaultValueFactory = _ => Unlimited,
    };

    static readonly Option<string?> Html = new("--html")
    {
        Description = "Write one self-contained page with the tables and the worst misses as pictures.",
        HelpName = "out.html",
    };

    static readonly Option<string?> Keep = new("--keep")
    {
        Description = "Write the copies into this new folder, with pairs.csv, so that other tools or models can be asked the same.",
        HelpName = "DIR",
    };

    static readonly Option<bool> Calibrate = new("--calibrate")
    {
        Description = "Fit the probability of a copy by distance for each model, and show how far it can be trusted.",
    };

    static readonly Option<bool> WriteManifest = new("--write-manifest")
    {
        Description = "Calibrate, and write the probabilities into the manifest of each model: copies are decided by them from then on.",
    };

    static readonly Option<int> Seed = new("--seed") { Description = "Chooses what is random in the edits.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public static Command Create() => new Command(
        "copies", "Make edited copies of pictures, and measure how well each hash, each model and all together find their originals.")
    {
        Folder, Distractors, EvaluationInput.ModelNames, CommonOptions.Device, Edits, Limit, Seed, Html, Keep, Calibrate, WriteManifest, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline evaluate copies ~/Pictures --limit 200 --html misses.html
        imagepipeline evaluate copies ~/Pictures --model gist --model ~/models/mobilenet_v2.onnx
        imagepipeline evaluate copies ~/Pictures --edits crop-5 pad-20 rotate-4 --json
        imagepipeline evaluate copies ~/Pictures --limit 200 --model ~/models/my-model.json --write-manifest
        imagepipeline evaluate copies ~/Pictures --limit 200 --keep copies && imagepipeline evaluate pairs copies/pairs.csv
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var edits = Chosen(parsed.GetValue(Edits)!);
        var (originals, others) = EvaluationInput.Spread(EvaluationInput.Files(parsed.GetValue(Folder)!), parsed.GetValue(Limit));
        var distractors = others.Concat(EvaluationInput.Files(parsed.GetValue(Distractors)!)).ToArray();
        await using var models = EvaluationInput.OpenModels(parsed);
        var least = FleetCommandOptions.Relate().CopyProbability;
        var trial = new CopyTrial(models, new CopyTrialOptions(edits, parsed.GetValue(Seed), parsed.GetValue(CommonOptions.Workers), least));
        var result = await Terminal.ProgressAsync(
            "looking at pictures and copies", !parsed.GetValue(CommonOptions.NoProgress),
            advance => trial.RunAsync(originals, distractors, advance, cancel));
        if (parsed.GetValue(Keep) is { } folder)
        {
            await KeptCopies.WriteAsync(folder, trial, result, cancel);
        }

        var table = CopyTable.Of(result);
        var calibrations = Calibrations(parsed, models, result, least);
        if (parsed.GetValue(Html) is { } path)
        {
            await EvaluationPages.WriteAsync(path, trial, result, table, CalibrationTables.Pictures(calibrations, least), cancel);
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            Json(result, table, calibrations, Stopwatch.GetElapsedTime(started));
        }
        else
        {
            Write(result, table);
            CalibrationTables.Write(calibrations, least);
        }

        return ExitCode.Done;
    }

    /// <summary>Fits the probabilities where that is asked, and writes them where that is.</summary>
    static IReadOnlyList<ModelCalibration> Calibrations(ParseResult parsed, OpenedModels models, CopyTrialResult result, double minimumProbability)
    {
        var isWritten = parsed.GetValue(WriteManifest);
        if (!isWritten && !parsed.GetValue(Calibrate))
        {
            return [];
        }

        string[] sets = [.. new[] { parsed.GetValue(Folder)! }.Concat(parsed.GetValue(Distractors)!)
            .Select(folder => Path.IsPathRooted(folder) ? Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)) : folder)];
        var calibrations = ModelCalibration.Of(result, [.. models.Select(model => model.Model.Manifest)], sets, minimumProbability);
        foreach (var (model, calibration) in isWritten ? EvaluationInput.Names(parsed).Zip(calibrations) : [])
        {
            var manifest = ModelFolders.FindManifest(model);
            CalibrationFile.Write(manifest, calibration.Calibration);
            Console.Error.WriteLine($"imagepipeline: wrote the calibration of {calibration.Model} into {manifest}");
        }

        return calibrations;
    }

    static CopyEdit[] Chosen(string[] names) => names.Length == 0
        ? [.. CopyEdits.All]
        : [.. names.Select(name => CopyEdits.All.FirstOrDefault(edit => edit.Name == name)
            ?? throw new UsageException($"there is no edit '{name}'. There are: {string.Join(", ", CopyEdits.All.Select(edit => edit.Name))}."))];

    static void Write(CopyTrialResult result, CopyTable table)
    {
        var recalls = new Table().Border(TableBorder.Simple).AddColumn("recall at precision 99.99 %").AddColumn(new TableColumn("copies").RightAligned());
        foreach (var signal in result.Signals)
        {
            recalls.AddColumn(new TableColumn(Markup.Escape(signal.Name)).RightAligned());
        }

        foreach (var row in table.Rows)
        {
            recalls.AddRow([row.Name, $"{row.Copies:N0}", .. row.Recalls.Select(point => Percent(point.Recall))]);
        }

        Terminal.Out.Write(recalls);
        var summary = new Table().Border(TableBorder.Simple).AddColumn("over all copies")
            .AddColumn(new TableColumn("average precision").RightAligned()).AddColumn(new TableColumn("recall at P 90 %").RightAligned())
            .AddColumn(new TableColumn("original first").RightAligned());
        foreach (var signal in table.Summaries)
        {
            summary.AddRow(
                Markup.Escape(signal.Signal), Percent(signal.AveragePrecision), Percent(signal.RecallAtP90.Recall), Percent(signal.AccuracyAtOne));
        }

        Terminal.Out.Write(summary);
        Terminal.Line(result.Summary);
        Terminal.Line("Each row has a distance of its own, as the published benchmarks do; \"all edits\" is what one distance for everything yields.");
    }

    static void Json(CopyTrialResult result, CopyTable table, IReadOnlyList<ModelCalibration> calibrations, TimeSpan took) => JsonOutput.Write(new
    {
        originals = result.Originals,
        references = result.References.Count,
        left_out = new { alike = result.Alike, rejected = result.Rejected },
        signals = result.Signals.Select(signal => signal.Name),
        recall_at_precision_9999 = table.Rows.Select(row => new
        {
            edit = row.Name,
            copies = row.Copies,
            recall = row.Recalls.Select(point => Math.Round(point.Recall, 4)),
            distance = row.Recalls.Select(point => float.IsNaN(point.Distance) ? (double?)null : Math.Round(point.Distance, 4)),
        }),
        overall = table.Summaries.Select(signal => new
        {
            signal = signal.Signal,
            average_precision = Math.Round(signal.AveragePrecision, 4),
            recall_at_p90 = Math.Round(signal.RecallAtP90.Recall, 4),
            accuracy_at_1 = Math.Round(signal.AccuracyAtOne, 4),
        }),
        calibrations = CalibrationTables.Json(calibrations),
        seconds = Math.Round(took.TotalSeconds, 1),
    });

    static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
