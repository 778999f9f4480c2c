using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Search.Http;

/// <summary>A name for a cluster.</summary>
/// <param name="Label">The name; empty takes it away.</param>
public sealed record LabelOrder(string Label);

/// <summary>Clusters that are one.</summary>
/// <param name="Clusters">Their numbers; the first keeps its number and its name, or takes the next one's where it has none.</param>
public sealed record MergeOrder(IReadOnlyList<int> Clusters);

/// <summary>What a change came to.</summary>
/// <param name="Before">What held; sent to <c>arrangement</c>, it holds again.</param>
/// <param name="Clusters">The clusters that it was about, as they are shown now.</param>
public sealed record ClusterChange(ArrangementOrder Before, IReadOnlyList<ClusterAnswer> Clusters);

/// <summary>How clusters are put together.</summary>
/// <param name="Clusters">Those that are shown.</param>
/// <param name="Splits">What was said to be apart among them.</param>
public sealed record ArrangementOrder(IReadOnlyList<ArrangedClusterEntry> Clusters, IReadOnlyList<ArrangedSplitEntry> Splits)
{
    const int MostClusters = 1000;

    internal static ArrangementOrder Of(ClusterArrangement arrangement) => new(
        [.. arrangement.Clusters.Select(cluster => new ArrangedClusterEntry(cluster.Number, cluster.Parts, cluster.Label))],
        [.. arrangement.Splits.Select(split => new ArrangedSplitEntry(split.Clusters, split.Parts))]);

    /// <summary>The arrangement; null where it says something that cannot be.</summary>
    internal ClusterArrangement? Read()
    {
        if (Clusters.Any(static cluster => cluster is null) || Splits.Any(static split => split is null))
        {
            return null;
        }

        var arrangement = new ClusterArrangement(
            [.. Clusters.Select(cluster => new ArrangedCluster(
                cluster.Number, cluster.Label?.Trim() is { Length: > 0 } label ? label : null, cluster.Parts))],
            [.. Splits.Select(split => new ArrangedSplit(split.Clusters, split.Parts))]);
        var numbers = arrangement.Numbers;
        return numbers.Count is >= 1 and <= MostClusters && numbers.Distinct().Count() == numbers.Count
            && Splits.Sum(split => split.Clusters.Count) <= MostClusters
            && Splits.All(split => split.Clusters.Count > 1 && split.Clusters.Count == split.Parts.Count)
            && arrangement.Clusters.All(cluster => (cluster.Label ?? "").Length <= ClusterEditEndpoints.LongestLabel)
            ? arrangement
            : null;
    }
}

/// <summary>A cluster that is shown.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Parts">The clusters merged into it.</param>
/// <param name="Label">What a person named it.</param>
public sealed record ArrangedClusterEntry(int Number, IReadOnlyList<int> Parts, string? Label = null);

/// <summary>Clusters that are not one.</summary>
/// <param name="Clusters">These.</param>
/// <param name="Parts">Beside each, the side it is on, from 0.</param>
public sealed record ArrangedSplitEntry(IReadOnlyList<int> Clusters, IReadOnlyList<int> Parts);
