using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster split CLUSTER</c>: says that a cluster is several.</summary>
static class ClusterSplitCommand
{
    static readonly Argument<string> Cluster = new("cluster") { Description = "A cluster by its number or name.", HelpName = "CLUSTER" };
    static readonly Option<int> Into = new("--into") { Description = "How many parts.", HelpName = "N", DefaultValueFactory = _ => 2 };

    public static Command Create() => new Command("split", "Split a cluster by what its images show. Later runs keep the parts apart.")
    {
        Cluster, Into, ClusterSession.Run, ClusterSession.Model,
    }.WithExamples("""
        imagepipeline cluster split 3
        imagepipeline cluster split animals --into 4
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var into = parsed.GetValue(Into);
        if (into < 2)
        {
            throw new UsageException("--into takes 2 or more.");
        }

        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var cluster = await session.ClusterAsync(run, parsed.GetValue(Cluster)!, cancel);
        var parts = await session.Get<ClusterSplit>().IntoAsync(run, cluster.Number, into, Environment.UserName, cancel);
        if (parts.Count == 0)
        {
            throw new UsageException($"cluster {cluster.Number} has too few different images to be split into {into}.");
        }

        Terminal.Line($"Cluster {cluster.Number} of run {run.RunId} is split: "
            + string.Join(", ", parts.Select(part => $"{part.Number} ({ClusterTables.Number(part.Size)} images)")) + ".");
        return ExitCode.Done;
    }
}
