using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster label CLUSTER NAME</c>: names a cluster.</summary>
static class ClusterLabelCommand
{
    static readonly Argument<string> Cluster = new("cluster") { Description = "A cluster by its number or name.", HelpName = "CLUSTER" };
    static readonly Argument<string> Name = new("name") { Description = "What it is called; empty takes the name away.", HelpName = "NAME" };

    public static Command Create() => new Command("label", "Name a cluster. Later runs call those so that most of its images went to.")
    {
        Cluster, Name, ClusterSession.Run, ClusterSession.Model,
    }.WithExamples("""
        imagepipeline cluster label 3 "sunflowers"
        imagepipeline cluster label sunflowers ""
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var cluster = await session.ClusterAsync(run, parsed.GetValue(Cluster)!, cancel);
        var name = parsed.GetValue(Name)!.Trim();
        await session.Get<ClusterEdits>().LabelAsync(run.RunId, cluster.Number, name, Environment.UserName, cancel);
        Terminal.Line(name.Length == 0
            ? $"Cluster {cluster.Number} of run {run.RunId} has no name of yours any more."
            : $"Cluster {cluster.Number} of run {run.RunId} is called '{name}' now, in later runs too.");
        return ExitCode.Done;
    }
}
