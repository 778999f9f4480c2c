using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Which clusters of the condensed tree are taken.</summary>
public enum ClusterSelection
{
    /// <summary>Those that last longest, weighed by their vectors (excess of mass): clusters of different density and size.</summary>
    ExcessOfMass,

    /// <summary>The leaves: many small, even clusters.</summary>
    Leaf,
}

/// <summary>What <see cref="Hdbscan"/> is to do.</summary>
public sealed record HdbscanOptions
{
    /// <summary>Fewest vectors of a cluster, at least 2; 5 by default.</summary>
    public int LeastSize { get; init; } = 5;

    /// <summary>A core distance is that to the neighbour of this number, the vector itself counted, 1 to
    /// <see cref="NeighbourGraph.MaximumNeighbours"/>; larger ones leave more vectors out. As <see cref="LeastSize"/> by default.</summary>
    public int? CoreNeighbours { get; init; }

    /// <summary>What counts as near.</summary>
    public VectorMetric Metric { get; init; } = VectorMetric.Cosine;

    /// <summary>Which clusters are taken.</summary>
    public ClusterSelection Selection { get; init; } = ClusterSelection.ExcessOfMass;

    /// <summary>Whether all vectors may be one cluster; otherwise the root is never taken.</summary>
    public bool IsOneAllowed { get; init; }

    /// <summary>Threads, at least 1; all processors by default.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}

/// <summary>What <see cref="Hdbscan"/> found.</summary>
/// <param name="Labels">The cluster of each vector, numbered by their first vectors, or <see cref="Dbscan.Noise"/>.</param>
/// <param name="Strengths">How deep each vector is in its cluster, 0 (noise) to 1 (the densest part).</param>
/// <param name="Stabilities">For how long each cluster lasts, in vectors x 1 / distance.</param>
/// <param name="Tree">All merges by mutual reachability; a cut at a distance is DBSCAN* at that radius.</param>
public sealed record HdbscanResult(int[] Labels, float[] Strengths, double[] Stabilities, Dendrogram Tree);
