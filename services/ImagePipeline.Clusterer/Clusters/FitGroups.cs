using System.Numerics.Tensors;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>The lower level of a run of two: every image is in the group whose centroid is nearest, and with it in a cluster.</summary>
/// <param name="Centroids">Of the groups, as they are stored: told apart to the last bit, another cut of them puts images where this one does.</param>
/// <param name="Search">The same, ready to be searched.</param>
/// <param name="Clusters">The cluster of each group.</param>
/// <param name="Typical">The row of the sample nearest to each centroid.</param>
/// <param name="Sizes">Images of each, counted up as they join.</param>
sealed record FitGroups(VectorMatrix Centroids, NearestCentroid Search, int[] Clusters, int[] Typical, int[] Sizes)
{
    /// <summary>Groups of a tree that was cut.</summary>
    /// <param name="vectors">The sample.</param>
    /// <param name="centroids">Of the groups.</param>
    /// <param name="leaves">The group of each row of the sample; none is empty.</param>
    /// <param name="clusters">The cluster of each group.</param>
    public static FitGroups Of(VectorMatrix vectors, VectorMatrix centroids, int[] leaves, int[] clusters)
    {
        var search = new NearestCentroid(centroids, VectorMetric.Cosine);
        var (typical, best, sizes) = (new int[clusters.Length], new float[clusters.Length], new int[clusters.Length]);
        Array.Fill(best, float.MinValue);
        for (var row = 0; row < leaves.Length; row++)
        {
            var product = TensorPrimitives.Dot(vectors[row], search.Centroids[leaves[row]]);
            sizes[leaves[row]]++;
            if (product > best[leaves[row]])
            {
                (best[leaves[row]], typical[leaves[row]]) = (product, row);
            }
        }

        return new(centroids, search, clusters, typical, sizes);
    }

    /// <summary>Finds the cluster of each vector by its group, and how far it is from the centroid of that cluster.</summary>
    /// <param name="vectors">Of length 1.</param>
    /// <param name="centroids">Of the clusters.</param>
    /// <param name="labels">Receives the clusters.</param>
    /// <param name="distances">Receives cosine distances.</param>
    /// <param name="cancel">Ends it.</param>
    public void Assign(VectorMatrix vectors, VectorMatrix centroids, Memory<int> labels, Memory<float> distances, CancellationToken cancel)
    {
        Search.Assign(vectors, labels, distances, Environment.ProcessorCount, cancel);
        for (var row = 0; row < vectors.Rows; row++)
        {
            ref var label = ref labels.Span[row];
            Sizes[label]++;
            label = Clusters[label];
            distances.Span[row] = Math.Max(0, 1 - TensorPrimitives.Dot(vectors[row], centroids[label]));
        }
    }
}
