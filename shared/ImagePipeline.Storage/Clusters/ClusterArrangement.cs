namespace ImagePipeline.Storage.Clusters;

/// <summary>How people put clusters of a run together: what a change of it can be taken back to.</summary>
/// <param name="Clusters">Clusters that are shown.</param>
/// <param name="Splits">What was said to be apart among them.</param>
public sealed record ClusterArrangement(IReadOnlyList<ArrangedCluster> Clusters, IReadOnlyList<ArrangedSplit> Splits)
{
    /// <summary>Every computed cluster that it says where to show.</summary>
    public IReadOnlyList<int> Numbers => [.. Clusters.SelectMany(cluster => cluster.Parts.Prepend(cluster.Number))];
}

/// <summary>A cluster that is shown.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Label">What a person named it; null for nothing.</param>
/// <param name="Parts">The clusters merged into it.</param>
public sealed record ArrangedCluster(int Number, string? Label, IReadOnlyList<int> Parts);

/// <summary>Clusters that are not one.</summary>
/// <param name="Clusters">These.</param>
/// <param name="Parts">Beside each, the side it is on, from 0.</param>
public sealed record ArrangedSplit(IReadOnlyList<int> Clusters, IReadOnlyList<int> Parts);
