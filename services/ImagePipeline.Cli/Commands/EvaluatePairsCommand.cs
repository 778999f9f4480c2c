using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Evaluation;
using ImagePipeline.Ingest.Jobs;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>evaluate pairs PAIRS.csv</c>: whether the signals tell known pairs of copies from other pairs.</summary>
static class EvaluatePairsCommand
{
    static readonly double[] Precisions = [0.9, 0.99, 0.9999];

    static readonly Argument<string> Pairs = new("pairs")
    {
        Description = "A CSV with three columns: a file, another file, and 1 if they are a pair or 0 if not. Paths are relative to it.",
        HelpName = "PAIRS.csv",
    };

    public static Command Create() => new Command("pairs", "Measure on known pairs how well each hash, each model and all together tell them.")
    {
        Pairs, EvaluationInput.ModelNames, CommonOptions.Device, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline evaluate pairs known.csv
        imagepipeline evaluate pairs known.csv --model gist --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var pairs = await ReadAsync(parsed.GetValue(Pairs)!, cancel);
        await using var models = EvaluationInput.OpenModels(parsed);
        string[] files = [.. pairs.SelectMany(pair => new[] { pair.A, pair.B }).Distinct()];
        var looks = await Terminal.ProgressAsync(
            "looking at pictures", !parsed.GetValue(CommonOptions.NoProgress),
            advance => LooksAsync(files, models, parsed.GetValue(CommonOptions.Workers), advance, cancel));
        var usable = pairs.Where(pair => looks.ContainsKey(pair.A) && looks.ContainsKey(pair.B)).ToArray();
        var matches = usable.Count(pair => pair.IsMatch);
        var figures = Signal.All([.. models.Select(model => model.Model.Manifest)], FleetCommandOptions.Relate().CopyProbability).Select(signal =>
        {
            RankedPair[] ranked = [.. usable.Select(pair => new RankedPair(signal.Distance(looks[pair.A], looks[pair.B]), pair.IsMatch))
                .Where(pair => float.IsFinite(pair.Distance))];
            return (signal.Name, Average: PairScores.AveragePrecision(ranked, matches),
                Recalls: Precisions.Select(precision => PairScores.RecallAt(ranked, matches, precision)).ToArray());
        }).ToArray();

        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                pairs = usable.Length,
                matches,
                left_out = pairs.Count - usable.Length,
                signals = figures.Select(each => new
                {
                    signal = each.Name,
                    average_precision = Math.Round(each.Average, 4),
                    recall = each.Recalls.Select((point, at) => new
                    {
                        precision = Precisions[at],
                        recall = Math.Round(point.Recall, 4),
                        distance = float.IsNaN(point.Distance) ? (double?)null : Math.Round(point.Distance, 4),
                    }),
                }),
            });
        }
        else
        {
            Write(figures);
            Terminal.Line($"{usable.Length:N0} pairs, {matches:N0} of them matches; left out: {pairs.Count - usable.Length:N0} with a file that is no picture.");
        }

        return usable.Length == pairs.Count ? ExitCode.Done : ExitCode.SomeFailed;
    }

    static async Task<List<(string A, string B, bool IsMatch)>> ReadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"there is no file '{path}'.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var pairs = new List<(string, string, bool)>();
        using var reader = new StreamReader(path);
        var row = 0;
        await foreach (var cells in CsvRows.ReadAsync(reader, cancel))
        {
            row++;
            if (cells is [var a, var b, "0" or "1"])
            {
                pairs.Add((Path.Combine(folder, a), Path.Combine(folder, b), cells[2] == "1"));
            }
            else if (row > 1)
            {
                throw new UsageException($"row {row} of '{path}' is not a file, another file, and 0 or 1.");
            }
        }

        return pairs.Exists(pair => pair.Item3) ? pairs : throw new UsageException($"'{path}' names no pair that is one.");
    }

    static async Task<Dictionary<string, Appearance>> LooksAsync(
        string[] files, IReadOnlyList<OpenedEngine> models, int workers, Action<int> advance, CancellationToken cancel)
    {
        var looks = new Appearance?[files.Length];
        await Parallel.ForAsync(0, files.Length, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = workers }, async (at, token) =>
        {
            looks[at] = File.Exists(files[at]) ? await Appearance.OfFileAsync(files[at], models, token) : null;
            advance(files.Length);
        });
        return Enumerable.Range(0, files.Length).Where(at => looks[at] is not null).ToDictionary(at => files[at], at => looks[at]!);
    }

    static void Write(IReadOnlyList<(string Name, double Average, OperatingPoint[] Recalls)> figures)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("by").AddColumn(new TableColumn("average precision").RightAligned());
        foreach (var precision in Precisions)
        {
            table.AddColumn(new TableColumn(string.Create(CultureInfo.InvariantCulture, $"recall at {100 * precision:0.##} %")).RightAligned());
        }

        foreach (var (name, average, recalls) in figures)
        {
            table.AddRow([Markup.Escape(name), Percent(average), .. recalls.Select(point => Percent(point.Recall))]);
        }

        Terminal.Out.Write(table);
    }

    static string Percent(double share) => (100 * share).ToString("0.0", CultureInfo.InvariantCulture);
}
