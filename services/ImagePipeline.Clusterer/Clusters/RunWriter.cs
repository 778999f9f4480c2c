using System.Text.Json;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Writes what a run found beside the active one, does again what people said of other runs, and has the run take the place of the
/// active one in one transaction.</summary>
public sealed class RunWriter(
    ClusterRunStore runs, ClusterTreeStore trees, ClusterReader reader, ClusterEdits edits, ClusterArrivals arrivals, ClusterImages images,
    ClusterAssigner assigner, ClusterOptions options, ILogger<RunWriter> log)
{
    /// <summary>Where what people said about clusters of other runs holds in this one, and what to tell them of it.</summary>
    public async Task<(IReadOnlyList<CarriedDecision> Carried, IReadOnlyList<string> Words)> CarryAsync(ClusterRun run, CancellationToken cancel)
    {
        var carried = new List<CarriedDecision>();
        var words = new List<string>();
        var decisions = await edits.ReadDecisionsAsync(run.ModelId, cancel);
        var labelled = new HashSet<int>();
        // The latest runs first: of two names for one cluster that holds which was given, or held, last.
        foreach (var ofRun in decisions.Where(decision => decision.RunId != run.RunId).GroupBy(decision => decision.RunId).OrderByDescending(of => of.Key))
        {
            var over = new CarryOver(await reader.OverlapAsync(ofRun.Key, run.RunId, shown: false, cancel));
            foreach (var decision in ofRun)
            {
                var to = over.Carry(decision);
                if (to is not null && decision.Kind == ClusterDecisionKind.Label)
                {
                    int[] free = [.. to.Clusters.Where(labelled.Add)];
                    to = free.Length == 0 ? null : to with { Clusters = free, Parts = new int[free.Length] };
                }

                words.Add(CarryOver.Words(decision, to));
                if (to is not null)
                {
                    carried.Add(to);
                }
            }
        }

        return (carried, words);
    }

    /// <summary>Writes a run and ends it.</summary>
    internal async Task WriteAsync(ClusterRun run, Grouping grouping, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        var (all, fit, settings, horizon) = grouping;
        var clusters = new RunClusters(all, fit.Search?.Centroids ?? new VectorMatrix(ReadOnlyMemory<float>.Empty, 0, all.Sample.Dimensions));
        var map = grouping.Map ?? await Task.Run(
            () => RunMap.Places(all.Sample, options.MapImages, settings.Seed, new PhaseProgress(progress, "drawing the map"), cancel), cancel);
        var quality = await Task.Run(() => RunQuality.Measure(all, clusters, fit, settings.Seed, cancel), cancel);
        var names = await clusters.SuggestNamesAsync(images, cancel);

        await runs.WriteClustersAsync(run.RunId, clusters.Rows(1, names, map), cancel);
        var count = all.Ids.Count + all.Blank.Count;
        await runs.WriteMembersAsync(
            run.RunId, clusters.Members(1, map), written => progress?.Report(ClusterProgress.Of("writing", written, count)), cancel);
        if (fit.Tree is { } tree)
        {
            await trees.WriteAsync(
                run.RunId,
                fit.Groups is { } groups
                    ? new ClusterTree(settings.Linkage!.Value, [.. groups.Typical.Select(row => all.Ids[row])], tree)
                    {
                        Groups = new TreeGroups(groups.Centroids, groups.Sizes),
                    }
                    : new ClusterTree(settings.Linkage!.Value, [.. all.Ids.Take(tree.Leaves)], tree),
                cancel);
        }

        await assigner.JoinAsync(run, grouping.Arrivals, cancel);

        var activate = settings.Activate ?? settings.Where is null;
        if (activate)
        {
            await SplitAgainAsync(run, cancel);
        }

        var (carried, words) = activate ? await CarryAsync(run, cancel) : ([], []);
        await runs.FinishAsync(
            run.RunId,
            new ClusterOutcome(
                ClusterSettings.Word(settings.Method), settings.ToJson(), JsonSerializer.Serialize(quality, RunQuality.Json), words, horizon,
                count, clusters.Count, clusters.Unassigned),
            activate, carried, cancel);
        foreach (var line in words)
        {
            log.Carried(run.RunId, line);
        }
    }

    /// <summary>Splits the clusters of a new run that hold again what people had split.</summary>
    async Task SplitAgainAsync(ClusterRun run, CancellationToken cancel)
    {
        var split = new ClusterSplit(reader, edits, images, options);
        var done = new HashSet<int>();
        foreach (var decision in (await edits.ReadDecisionsAsync(run.ModelId, cancel)).Where(one => one.Kind == ClusterDecisionKind.Split))
        {
            var over = new CarryOver(await reader.OverlapAsync(decision.RunId, run.RunId, shown: false, cancel));
            var targets = (await arrivals.ReadTargetsAsync(decision.RunId, cancel)).ToDictionary(target => target.Number);
            foreach (var again in over.SplitAgain(decision).Where(again => done.Add(again.Cluster)))
            {
                float[][] centroids = [.. decision.Clusters.Zip(decision.Parts)
                    .Where(one => again.Parts.Contains(one.Second) && targets.ContainsKey(one.First)).Select(one => targets[one.First].Centroid)];
                if (centroids.Length > 1)
                {
                    await split.AlongAsync(run, again.Cluster, centroids, cancel);
                }
            }
        }
    }
}
