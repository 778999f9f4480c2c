using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Clusters of any density that last over a range of distances; what belongs to none is noise.</summary>
/// <remarks>
/// Campello, Moulavi and Sander, "Density-Based Clustering Based on Hierarchical Density Estimates", PAKDD 2013: the tree of
/// <see cref="ReachabilityTree"/>, condensed by <see cref="CondensedTree"/>. Core distances count the vector itself, as scikit-learn's do.
/// Parts are joined by exact search, never at infinity, and equal distances are taken at once, so that the result is that over all pairs and does not
/// depend on the order of the vectors.
/// <para>Cost: the graph of nearest neighbours (n² x dimensions multiply-adds), and as much again once or twice where clusters lie far apart.
/// Memory: twice the vectors, and 8 bytes a neighbour and some 100 bytes a vector.</para>
/// </remarks>
public static class Hdbscan
{
    const int LeastNeighbours = 15; // in a list: more answers without a search

    /// <summary>Groups vectors.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static HdbscanResult Run(
        VectorMatrix vectors, HdbscanOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var core = options.CoreNeighbours ?? options.LeastSize;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.LeastSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(core, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(core, NeighbourGraph.MaximumNeighbours);
        if (vectors.Rows < 2)
        {
            return new([.. Enumerable.Repeat(Dbscan.Noise, vectors.Rows)], new float[vectors.Rows], [], new(vectors.Rows, []));
        }

        var compared = new ComparedVectors(vectors, options.Metric, options.Threads, cancel);
        var neighbours = Math.Min(vectors.Rows - 1, Math.Min(NeighbourGraph.MaximumNeighbours, Math.Max(core - 1, LeastNeighbours)));
        var graph = NeighbourGraph.Squared(compared, neighbours, options.Threads, Part.Of(progress, 0, 0.5), cancel);
        var edges = new ReachabilityTree(compared, graph, Math.Min(core - 1, neighbours), options.Threads)
            .Build(Part.Of(progress, 0.5, 0.5), cancel);
        var merges = new (int A, int B, float Distance)[edges.Count];
        for (var i = 0; i < merges.Length; i++)
        {
            merges[i] = (edges[i].A, edges[i].B, compared.Distance(edges[i].Squared));
        }

        var tree = Dendrogram.Of(vectors.Rows, merges, []);
        return new CondensedTree(tree, options.LeastSize).Select(options.Selection, options.IsOneAllowed);
    }

    /// <summary>A part of the whole progress.</summary>
    sealed class Part(IProgress<double> whole, double start, double share) : IProgress<double>
    {
        public static Part? Of(IProgress<double>? whole, double start, double share) =>
            whole is null ? null : new(whole, start, share);

        public void Report(double value) => whole.Report(start + share * value);
    }
}
