using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster show [CLUSTER]</c>: the clusters of a run, or the images of one.</summary>
static class ClusterShowCommand
{
    static readonly Argument<string?> Cluster = new("cluster")
    {
        Description = "A cluster by its number or name, or none for the images in no cluster; leave it out for all clusters.",
        HelpName = "CLUSTER",
        Arity = ArgumentArity.ZeroOrOne,
    };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most clusters or images, 0 for all.",
        HelpName = "N",
        DefaultValueFactory = _ => 25,
    };

    public static Command Create() => new Command("show", "Show the clusters of a run, or the images of one, the most typical first.")
    {
        Cluster, ClusterSession.Run, ClusterSession.Model, Limit,
    }.WithExamples("""
        imagepipeline cluster show
        imagepipeline cluster show 3 --limit 100
        imagepipeline cluster show sunflowers --json | jq -r '.images[].path'
        imagepipeline cluster show none               images unlike every cluster
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var limit = parsed.GetValue(Limit) is > 0 and var most ? most : int.MaxValue;
        if (parsed.GetValue(Cluster) is { } name)
        {
            return await ShowAsync(parsed, session, run, name, limit, cancel);
        }

        var clusters = await session.Get<ClusterReader>().ListAsync(run.RunId, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(ClusterTables.Json(run, clusters));
        }
        else
        {
            Terminal.Line(ClusterTables.Heading(run));
            ClusterTables.WriteClusters(clusters, limit);
            ClusterTables.WriteMayBeCut(run);
        }

        return ExitCode.Done;
    }

    static async Task<int> ShowAsync(
        ParseResult parsed, ClusterSession session, ClusterRun run, string name, int limit, CancellationToken cancel)
    {
        var cluster = name == "none" ? null : await session.ClusterAsync(run, name, cancel);
        var members = await session.Get<ClusterReader>().MembersAsync(run.RunId, cluster?.Number, limit, cancel: cancel);
        var facts = await session.Get<FileStore>().OfImagesAsync([.. members.Select(member => member.ImageId)], cancel);
        var known = members.Where(member => facts.ContainsKey(member.ImageId)).ToList();
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                run = run.RunId,
                cluster = cluster is null ? null : ClusterTables.Json(cluster),
                images = known.Select(member => new
                {
                    member.ImageId,
                    member.Distance,
                    path = FileNames.Of(facts[member.ImageId].Files[0].Uri),
                    uri = facts[member.ImageId].Files[0].Uri,
                }),
            });
            return ExitCode.Done;
        }

        Terminal.Line(cluster is null
            ? $"Images of run {run.RunId} in no cluster, the nearest to one first:"
            : $"{cluster.Name}: cluster {cluster.Number} of run {run.RunId}, {ClusterTables.Number(cluster.Size)} images, the most typical first:");
        if (cluster is { EvidenceWords.Length: > 0 })
        {
            Terminal.Line($"Suggested name: {cluster.SuggestedName}; {cluster.EvidenceWords}.");
        }

        foreach (var member in known)
        {
            Terminal.Line($"  {member.Distance?.ToString("0.000", CultureInfo.InvariantCulture) ?? "    -"}  {FileNames.Of(facts[member.ImageId].Files)}");
        }

        return ExitCode.Done;
    }
}
