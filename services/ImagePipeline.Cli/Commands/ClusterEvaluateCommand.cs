using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster evaluate --labels folder|FILE.csv</c>: how well clusters agree with what people say.</summary>
static class ClusterEvaluateCommand
{
    static readonly Option<string> Labels = new("--labels")
    {
        Description = "folder: the folder that a file lies in is its label; or a file of comma-separated lines: path or image id, label.",
        HelpName = "folder|FILE.csv",
        DefaultValueFactory = _ => "folder",
    };

    public static Command Create() => new Command("evaluate", "Measure how well the clusters of a run agree with labels.")
    {
        Labels, ClusterSession.Run, ClusterSession.Model,
    }.WithExamples("""
        imagepipeline cluster evaluate --labels folder
        imagepipeline cluster evaluate --labels labels.csv --run 4 --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var source = parsed.GetValue(Labels)!;
        var given = source == "folder" ? null : await ReadAsync(session, source, cancel);
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var (labels, clusters, without) = (new List<int>(), new List<int>(), 0L);
        await foreach (var page in session.Get<ClusterReader>().StreamAsync(run.RunId, cancel).Chunk(4000).WithCancellation(cancel))
        {
            var ofPage = given ?? (await session.Get<ClusterImages>().NamingFactsAsync([.. page.Select(member => member.ImageId)], cancel))
                .ToDictionary(image => image.Key, image => FolderOf(image.Value.Uri));
            foreach (var member in page)
            {
                if (ofPage.TryGetValue(member.ImageId, out var label))
                {
                    numbers.TryAdd(label, numbers.Count);
                    labels.Add(numbers[label]);
                    clusters.Add(member.Cluster ?? -1);
                }
                else
                {
                    without++;
                }
            }
        }

        if (numbers.Count < 2)
        {
            throw new UsageException(
                $"the images of run {run.RunId} bear {numbers.Count} labels by '{source}'; there must be two or more.");
        }

        Write(parsed, run, PartitionScores.Of(labels.ToArray(), clusters.ToArray()), labels.Count, numbers.Count, clusters, without);
        return ExitCode.Done;
    }

    static void Write(ParseResult parsed, ClusterRun run, PartitionScores scores, int images, int labels, List<int> clusters, long without)
    {
        var (found, none) = (clusters.Where(cluster => cluster >= 0).Distinct().Count(), clusters.Count(cluster => cluster < 0));
        (string Name, string Key, double Value, string Words)[] figures =
        [
            ("NMI", "nmi", scores.NormalizedMutualInformation, "what clusters and labels tell of each other, 0 to 1; equal to the V-measure"),
            ("ARI", "ari", scores.AdjustedRand, "pairs on which both agree, 0 for chance, 1 for the same groups"),
            ("purity", "purity", scores.Purity, "images that bear the most frequent label of their cluster"),
            ("homogeneity", "homogeneity", scores.Homogeneity, "1 where every cluster holds one label"),
            ("completeness", "completeness", scores.Completeness, "1 where every label lies in one cluster"),
        ];
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                run = run.RunId,
                images,
                labels,
                clusters = found,
                unassigned = none,
                unlabelled = without,
                figures = figures.ToDictionary(figure => figure.Key, figure => Math.Round(figure.Value, 4)),
            });
            return;
        }

        Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"Run {run.RunId} ({ClusterTables.Words(run)} over {run.ModelId}): {images:N0} images of {labels:N0} labels ")
            + string.Create(CultureInfo.InvariantCulture, $"in {found:N0} clusters, {none:N0} in none, which count as one cluster."));
        var table = new Table().Border(TableBorder.Simple).AddColumn("measure").AddColumn(new TableColumn("value").RightAligned())
            .AddColumn("");
        foreach (var (name, _, value, words) in figures)
        {
            table.AddRow(name, value.ToString("0.000", CultureInfo.InvariantCulture), Markup.Escape(words));
        }

        Terminal.Out.Write(table);
        if (without > 0)
        {
            Terminal.Line($"{ClusterTables.Number(without)} images bear no label and are left out.");
        }
    }

    static string FolderOf(string uri)
    {
        var path = FolderObjects.NameOf(uri);
        var end = path.LastIndexOf('/');
        return end < 0 ? "" : path[(path.LastIndexOf('/', Math.Max(0, end - 1)) + 1)..end];
    }

    /// <summary>Labels by image, of those that the database knows.</summary>
    static async Task<Dictionary<Guid, string>> ReadAsync(ClusterSession session, string file, CancellationToken cancel)
    {
        if (!File.Exists(file))
        {
            throw new UsageException($"--labels: '{file}' is neither folder nor a file that is there.");
        }

        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var labels = new Dictionary<Guid, string>();
        var byUri = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in await File.ReadAllLinesAsync(file, cancel))
        {
            var comma = line.LastIndexOf(',');
            var (name, label) = comma < 0 ? ("", "") : (line[..comma].Trim().Trim('"'), line[(comma + 1)..].Trim().Trim('"'));
            if (Guid.TryParse(name, out var id))
            {
                labels[id] = label;
            }
            else if (name.Length > 0)
            {
                byUri[name.Contains("://", StringComparison.Ordinal) ? name : FolderObjects.UriOf(Path.Combine(folder, name))] = label;
            }
        }

        foreach (var slice in byUri.Keys.Chunk(4000))
        {
            foreach (var (uri, known) in await session.Get<SourceStore>().FindAsync(slice, cancel))
            {
                if (known.ImageId is { } image)
                {
                    labels[image] = byUri[uri];
                }
            }
        }

        return labels;
    }
}
