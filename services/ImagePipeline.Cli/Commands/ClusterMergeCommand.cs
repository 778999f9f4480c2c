using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster merge A B…</c>: says that clusters are one.</summary>
static class ClusterMergeCommand
{
    static readonly Argument<string[]> Clusters = new("clusters")
    {
        Description = "Clusters by their numbers or names; the first keeps its number and name.",
        HelpName = "CLUSTER CLUSTER…",
        Arity = new ArgumentArity(2, 1000),
    };

    public static Command Create() => new Command("merge", "Say that clusters are one. Later runs put them together again.")
    {
        Clusters, ClusterSession.Run, ClusterSession.Model,
    }.WithExamples("""
        imagepipeline cluster merge 3 7
        imagepipeline cluster merge sunflowers 12 15
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var clusters = new List<ShownCluster>();
        foreach (var name in parsed.GetValue(Clusters)!)
        {
            clusters.Add(await session.ClusterAsync(run, name, cancel));
        }

        if (clusters.DistinctBy(cluster => cluster.Number).Count() < clusters.Count)
        {
            throw new UsageException("two of these are the same cluster, or are merged already.");
        }

        foreach (var other in clusters.Skip(1))
        {
            await session.Get<ClusterEdits>().MergeAsync(run.RunId, clusters[0].Number, other.Number, Environment.UserName, cancel);
        }

        var whole = await session.ClusterAsync(run, $"{clusters[0].Number}", cancel);
        Terminal.Line($"Cluster {whole.Number} of run {run.RunId}, '{whole.Name}', has {ClusterTables.Number(whole.Size)} images now, "
            + "in later runs too.");
        return ExitCode.Done;
    }
}
