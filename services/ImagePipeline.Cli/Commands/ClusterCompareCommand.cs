using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster compare A B</c>: how much two runs agree, and how many images moved.</summary>
static class ClusterCompareCommand
{
    static readonly Argument<int> One = new("a") { Description = "A run.", HelpName = "RUN" };
    static readonly Argument<int> Other = new("b") { Description = "Another run.", HelpName = "RUN" };

    public static Command Create() => new Command("compare", "Compare two runs: how much they agree, and how many images moved.")
    {
        One, Other,
    }.WithExamples("""
            imagepipeline cluster compare 3 4
            imagepipeline cluster compare 3 4 --json
            """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var (one, other) = (await session.RunAsync(parsed.GetValue(One), cancel), await session.RunAsync(parsed.GetValue(Other), cancel));
        var reader = session.Get<ClusterReader>();
        var overlaps = await reader.OverlapAsync(one.RunId, other.RunId, shown: true, cancel);
        var images = overlaps.Sum(overlap => overlap.Images);
        if (images == 0)
        {
            throw new UsageException($"runs {one.RunId} and {other.RunId} have no image in common.");
        }

        var scores = Scores(overlaps);
        // Of each cluster of the one, those images stayed together that went where most went.
        var moved = images - overlaps.GroupBy(overlap => overlap.One).Sum(cluster => cluster.Max(overlap => overlap.Images));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                a = ClusterTables.Json(one),
                b = ClusterTables.Json(other),
                images,
                moved,
                nmi = Math.Round(scores.NormalizedMutualInformation, 4),
                ari = Math.Round(scores.AdjustedRand, 4),
            });
            return ExitCode.Done;
        }

        foreach (var run in new[] { one, other })
        {
            Terminal.Line(ClusterTables.Heading(run));
        }

        Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"Of {images:N0} images that both have, {moved:N0} ({100.0 * moved / images:0.0} %) went elsewhere than most of their ")
            + $"cluster of run {one.RunId}.");
        Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"NMI {scores.NormalizedMutualInformation:0.000}, ARI {scores.AdjustedRand:0.000} ")
            + "(1: the same groups; ARI 0: no more alike than chance).");
        return ExitCode.Done;
    }

    static PartitionScores Scores(IReadOnlyList<ClusterOverlap> overlaps)
    {
        var total = checked((int)overlaps.Sum(overlap => overlap.Images));
        var (labels, clusters) = (new int[total], new int[total]);
        var at = 0;
        foreach (var (from, to, images) in overlaps)
        {
            labels.AsSpan(at, (int)images).Fill(from ?? -1);
            clusters.AsSpan(at, (int)images).Fill(to ?? -1);
            at += (int)images;
        }

        return PartitionScores.Of(labels, clusters);
    }
}
