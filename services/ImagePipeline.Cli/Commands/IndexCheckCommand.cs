using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Indexing;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>index check</c>: what the index of vectors finds beside comparing all, measured.</summary>
static class IndexCheckCommand
{
    static readonly Option<int> K = new Option<int>("-k")
    {
        Description = "Neighbours asked for, 1 to 1000.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    }.Within(1, 1000);

    static readonly Option<int> Queries = new Option<int>("--queries")
    {
        Description = "Images of the collection that are asked with.",
        HelpName = "N",
        DefaultValueFactory = _ => 200,
    }.Within(1, 100_000);

    static readonly Option<int[]> Breadths = new("--breadth")
    {
        Description = "Values of hnsw.ef_search to try; functions use 100 unless imagepipeline.ef_search says otherwise.",
        HelpName = "N",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [40, 100, 200, 400],
    };

    static readonly Option<string?> Model = new("--model") { Description = "Name or id of a model [default: the active one].", HelpName = "M" };

    public static Command Create() => new Command(
        "check", "Measure on images of the collection how many of the nearest the index finds, and how fast, beside comparing all.")
    {
        K, Queries, Breadths, Model,
    }.WithExamples("""
        imagepipeline index check
        imagepipeline index check -k 50 --queries 500 --breadth 100 400 1000 --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var breadths = parsed.GetValue(Breadths)!;
        if (breadths.Any(breadth => breadth is < 1 or > 1000))
        {
            throw new UsageException("--breadth takes 1 to 1000.");
        }

        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var source = session.Database.Source;
        var modelId = parsed.GetValue(Model) is { } name
            ? (await RegisteredModel.FindAsync(session.Database, name, cancel)).Row.ModelId
            : (await new ActiveModelStore(source).FindAsync(cancel))?.ModelId
                ?? throw new UsageException("there is no model here yet. Make vectors with: imagepipeline run FOLDER");
        var state = (await new SearchIndexStore(source).ListAsync(new VectorIndexPolicy(), cancel))
            .Single(each => each.Index.Purpose == IndexPurpose.Vectors && each.Index.ModelId == modelId);
        var figures = await Terminal.ProgressAsync(
            "asking", !parsed.GetValue(CommonOptions.NoProgress),
            advance => new VectorIndexCheck(source).RunAsync(
                modelId, parsed.GetValue(K), parsed.GetValue(Queries), state.IsValid ? breadths : [], advance, cancel));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                model = modelId,
                vectors = state.Rows,
                index = state.IsValid ? state.Index.Name : null,
                k = parsed.GetValue(K),
                queries = parsed.GetValue(Queries),
                measures = figures.Select(each => new
                {
                    by = each.Breadth is null ? "comparing_all" : "index",
                    ef_search = each.Breadth,
                    recall = Math.Round(each.Recall, 4),
                    p50_ms = Math.Round(each.Median.TotalMilliseconds, 2),
                    p95_ms = Math.Round(each.Late.TotalMilliseconds, 2),
                }),
            });
        }
        else
        {
            Write(figures, state, modelId, parsed.GetValue(K));
        }

        return ExitCode.Done;
    }

    static void Write(IReadOnlyList<IndexCheckFigures> figures, SearchIndexState state, string modelId, int k)
    {
        Terminal.Line(FormattableString.Invariant($"{modelId}, {state.Rows:N0} vectors"));
        var table = new Table().Border(TableBorder.Simple).AddColumn("by");
        foreach (var title in (string[])[$"recall@{k}", "p50 ms", "p95 ms"])
        {
            table.AddColumn(new TableColumn(title).RightAligned());
        }

        foreach (var each in figures)
        {
            table.AddRow(
                each.Breadth is { } breadth ? FormattableString.Invariant($"index, ef_search {breadth}") : "comparing all",
                each.Recall.ToString("0.0000", CultureInfo.InvariantCulture),
                each.Median.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture),
                each.Late.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture));
        }

        Terminal.Out.Write(table);
        if (!state.IsValid)
        {
            Terminal.Line("There is no index over these vectors, so searches are exact. On a server, imagepipeline index build makes one.");
        }
    }
}
