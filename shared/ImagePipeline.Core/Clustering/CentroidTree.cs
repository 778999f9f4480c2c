using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Clusters at every level for more vectors than can be joined pair by pair: k-means to many small groups, whose centroids are then
/// joined with their sizes as weights.</summary>
/// <param name="Centroids">Of the groups, none empty: the leaves of <paramref name="Tree"/>.</param>
/// <param name="Leaves">The group of each vector: the one whose centroid is nearest.</param>
/// <param name="Sizes">Vectors of each group.</param>
/// <param name="Tree">How groups were joined, by cosine distances; its sizes count vectors.</param>
/// <remarks>
/// The two phases of Vesanto and Alhoniemi, "Clustering of the self-organizing map", IEEE Trans. Neural Networks 2000, and of BIRCH (Zhang,
/// Ramakrishnan, Livny, SIGMOD 1996), with k-means for the first. Ward's and average linkage are exact from the groups on: by the means of
/// groups, which are shorter than 1 where a group is wide, distances are those of all their vectors. Complete and single linkage see the
/// centroids alone.
/// <para>Cost: <see cref="Rounds"/> rounds of <see cref="KMeans"/>, and the square of the groups. Memory: that of <see cref="KMeans"/>, and of
/// <see cref="Agglomerative"/> over the groups.</para>
/// </remarks>
public sealed record CentroidTree(VectorMatrix Centroids, int[] Leaves, int[] Sizes, Dendrogram Tree)
{
    /// <summary>Most rounds of k-means: small groups need not have settled to be joined.</summary>
    public const int Rounds = 10;

    /// <summary>Groups vectors and joins the groups.</summary>
    /// <param name="vectors">Of length 1, one or more.</param>
    /// <param name="groups">How many groups, 1 to <see cref="Agglomerative.MaximumVectors"/>; as many as vectors where these are fewer.</param>
    /// <param name="linkage">How far joined groups are from each other.</param>
    /// <param name="seed">Decides the first centroids.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static CentroidTree Run(VectorMatrix vectors, int groups, Linkage linkage, int seed = 0, int threads = 1,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Rows, 1, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(groups, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups, Agglomerative.MaximumVectors);
        var found = KMeans.Run(
            vectors,
            new() { Clusters = Math.Min(groups, vectors.Rows), Seed = seed, MaximumIterations = Rounds, Threads = threads }, progress, cancel);

        var labels = found.Labels;
        if (found.Converged)
        {
            // Where there are fewer different vectors than groups, the empty ones took vectors that are as near to others.
            new NearestCentroid(found.Centroids, VectorMetric.Cosine).Label(vectors, labels, threads, cancel);
        }

        // Equal vectors leave groups empty: the first of equal centroids has them all.
        var sizes = CentroidUpdate.Sizes(labels, found.Centroids.Rows);
        int[] filled = [.. Enumerable.Range(0, sizes.Length).Where(group => sizes[group] > 0)];
        var places = new int[sizes.Length];
        for (var place = 0; place < filled.Length; place++)
        {
            places[filled[place]] = place;
        }

        var centroids = found.Centroids.Select(filled);
        int[] leaves = [.. labels.Select(group => places[group])];
        int[] weights = [.. filled.Select(group => sizes[group])];
        if (linkage is Linkage.Complete or Linkage.Single)
        {
            return new(centroids, leaves, weights,
                Agglomerative.Run(centroids, linkage, VectorMetric.Cosine, weights, threads, cancel: cancel));
        }

        var means = ClusterCentroids.Of(vectors, leaves, filled.Length, VectorMetric.Euclidean, threads, cancel).Centroids;
        return new(centroids, leaves, weights, linkage == Linkage.Average
            ? Agglomerative.RunMeans(means, weights, threads, cancel)
            : Agglomerative.Run(means, linkage, VectorMetric.Euclidean, weights, threads, cancel: cancel).HalfSquared());
    }

    /// <summary>The cluster of each vector in a cut.</summary>
    /// <param name="groups">The cluster of each group, as the tree was cut.</param>
    public int[] Label(int[] groups) => Array.ConvertAll(Leaves, leaf => groups[leaf]);
}
