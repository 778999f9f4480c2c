using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Centroids of clusters that were found without any, by density or by joining.</summary>
public static class ClusterCentroids
{
    /// <summary>The centroid of each cluster, and how far each vector is from its own.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="labels">The cluster of each, 0 to clusters - 1, or -1 for none.</param>
    /// <param name="clusters">How many clusters.</param>
    /// <param name="metric">Means (Euclidean), or means of unit vectors scaled to length 1 (Cosine).</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The centroids, and the distances; NaN for a vector in no cluster.</returns>
    public static (VectorMatrix Centroids, float[] Distances) Of(VectorMatrix vectors, int[] labels, int clusters, VectorMetric metric,
        int threads = 1, CancellationToken cancel = default)
    {
        if (labels.Length != vectors.Rows)
        {
            throw new ArgumentException($"Expected {vectors.Rows} labels, got {labels.Length}.", nameof(labels));
        }

        var distances = new float[vectors.Rows];
        var centroids = new float[clusters * vectors.Dimensions];
        var matrix = new VectorMatrix(centroids, clusters, vectors.Dimensions);
        Array.Fill(distances, float.NaN);
        if (clusters == 0)
        {
            return (matrix, distances);
        }

        // Those in no cluster make one of their own, which is then dropped.
        int[] moved = [.. labels.Select(label => label < 0 ? clusters : label)];
        var all = new float[centroids.Length + vectors.Dimensions];
        new CentroidUpdate(vectors, clusters + 1, metric, threads, cancel).Move(moved, all, cancel);
        all.AsSpan(0, centroids.Length).CopyTo(centroids);
        var search = new NearestCentroid(matrix, metric);
        RowBlocks.Run(vectors.Rows, threads, (first, count) =>
        {
            for (var row = first; row < first + count; row++)
            {
                distances[row] = labels[row] < 0 ? float.NaN : search.Distance(vectors[row], labels[row]);
            }
        }, cancel);
        return (matrix, distances);
    }
}
