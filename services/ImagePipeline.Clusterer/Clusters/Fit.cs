using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>What a method made of a sample.</summary>
/// <param name="Labels">The cluster of each image, -1 for none.</param>
/// <param name="Distances">Cosine distance of each to its centroid; of one in none to the nearest.</param>
/// <param name="Search">The centroids, ready to be searched; null where there is no cluster.</param>
sealed record Fit(int[] Labels, float[] Distances, NearestCentroid? Search)
{
    /// <summary>The settings, with what was chosen where they left it open.</summary>
    public ClusterSettings Settings { get; init; } = new();

    /// <summary>How the images were joined, by cosine distances; null where the method does not join them.</summary>
    public Dendrogram? Tree { get; init; }

    /// <summary>The groups that were joined in place of images; null where images were.</summary>
    public FitGroups? Groups { get; init; }

    /// <summary>Every image with the nearest of given centroids.</summary>
    public static Fit Nearest(VectorMatrix vectors, NearestCentroid search, CancellationToken cancel)
    {
        var (labels, distances) = (new int[vectors.Rows], new float[vectors.Rows]);
        search.Assign(vectors, labels, distances, Environment.ProcessorCount, cancel);
        return new Fit(labels, distances, search);
    }

    /// <summary>Clusters that were found without centroids.</summary>
    public static Fit Of(VectorMatrix vectors, int[] labels, CancellationToken cancel)
    {
        var clusters = labels.Length == 0 ? 0 : Math.Max(0, labels.Max() + 1);
        if (clusters == 0)
        {
            return new Fit(labels, new float[labels.Length], null);
        }

        var (centroids, distances) = ClusterCentroids.Of(
            vectors, labels, clusters, VectorMetric.Cosine, Environment.ProcessorCount, cancel);
        var search = new NearestCentroid(centroids, VectorMetric.Cosine);
        if (!labels.Contains(-1))
        {
            return new Fit(labels, distances, search);
        }

        var nearest = Nearest(vectors, search, cancel).Distances;
        for (var i = 0; i < labels.Length; i++)
        {
            distances[i] = labels[i] < 0 ? nearest[i] : distances[i];
        }

        return new Fit(labels, distances, search);
    }
}
