using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Cli.Output;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>evaluate retrieval FOLDER</c>: whether the neighbours of a picture show what it shows.</summary>
static class EvaluateRetrievalCommand
{
    static readonly Argument<string> Folder = new("folder") { Description = "A folder with one folder of pictures per label." };

    static readonly Option<int> Neighbours = new("-k")
    {
        Description = "Neighbours whose labels are averaged over.",
        HelpName = "N",
        DefaultValueFactory = _ => 1000,
    };

    static readonly Option<int> Voters = new("--voters")
    {
        Description = "Neighbours that vote for a label.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Take so many pictures, spread over the folder [default: all].",
        HelpName = "N",
        DefaultValueFactory = _ => int.MaxValue,
    };

    static readonly Option<int[]> Codes = new("--codes")
    {
        Description = "Learn codes of so many bits from the pictures and measure them too, to see what they lose.",
        HelpName = "BITS",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    public static Command Create() => new Command(
        "retrieval", "Measure on labelled pictures whether the neighbours of each under a model bear its label.")
    {
        Folder, EvaluationInput.ModelNames, CommonOptions.Device, Neighbours, Voters, Limit, Codes, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline evaluate retrieval ~/caltech101
        imagepipeline evaluate retrieval ~/caltech101 --model gist --model ~/models/mobilenet_v2.onnx -k 100 --json
        imagepipeline evaluate retrieval ~/caltech101 --codes 64 128 256
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var pictures = Labelled(parsed.GetValue(Folder)!, parsed.GetValue(Limit), out var labels);
        await using var models = EvaluationInput.OpenModels(parsed);
        var trial = new RetrievalTrial(
            Math.Max(1, parsed.GetValue(Neighbours)), Math.Max(1, parsed.GetValue(Voters)), parsed.GetValue(CommonOptions.Workers),
            parsed.GetValue(Codes) is { } codes && codes.All(bits => bits is >= 8 and <= 1024) ? codes : throw new UsageException("--codes takes 8 to 1024."));
        var figures = new List<RetrievalFigures>();
        var looked = 0;
        foreach (var model in models)
        {
            var (ofModel, kept) = await Terminal.ProgressAsync(
                model.Model.Manifest.Name, !parsed.GetValue(CommonOptions.NoProgress),
                advance => trial.RunAsync(model, pictures, advance, cancel));
            figures.AddRange(ofModel);
            looked = kept;
        }

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                pictures = looked,
                rejected = pictures.Count - looked,
                labels,
                k = trial.Neighbours,
                voters = trial.Voters,
                measures = figures.Select(each => new
                {
                    measure = each.Measure,
                    mean_average_precision = Math.Round(each.AveragePrecision, 4),
                    precision = Math.Round(each.Precision, 4),
                    accuracy = Math.Round(each.Accuracy, 4),
                }),
            });
        }
        else
        {
            Write(figures, trial);
            Terminal.Line($"{looked:N0} pictures of {labels:N0} labels; left out: {pictures.Count - looked:N0} that are no pictures, "
            + "or so plain that the model has no vector for them.");
        }

        return ExitCode.Done;
    }

    /// <summary>Pictures by the first folder on their way down from the root.</summary>
    static List<LabelledPicture> Labelled(string root, int limit, out int labels)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var pictures = new List<LabelledPicture>();
        foreach (var file in EvaluationInput.Spread(EvaluationInput.Files(root), limit).Chosen)
        {
            var parts = Path.GetRelativePath(root, file).Split(Path.DirectorySeparatorChar);
            if (parts.Length > 1)
            {
                numbers.TryAdd(parts[0], numbers.Count);
                pictures.Add(new LabelledPicture(file, numbers[parts[0]]));
            }
        }

        labels = numbers.Count;
        return labels > 1
            ? pictures
            : throw new UsageException($"'{root}' holds {labels} folders of pictures; labels are two folders or more.");
    }

    static void Write(IReadOnlyList<RetrievalFigures> figures, RetrievalTrial trial)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("by")
            .AddColumn(new TableColumn($"mAP@{trial.Neighbours}").RightAligned())
            .AddColumn(new TableColumn($"precision@{trial.Neighbours}").RightAligned())
            .AddColumn(new TableColumn($"accuracy, {trial.Voters} vote").RightAligned());
        foreach (var each in figures)
        {
            table.AddRow(Markup.Escape(each.Measure), Percent(each.AveragePrecision), Percent(each.Precision), Percent(each.Accuracy));
        }

        Terminal.Out.Write(table);
    }

    static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
