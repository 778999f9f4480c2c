using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>k-means by Lloyd's rounds: every vector to its nearest centroid, every centroid to the mean of its vectors.</summary>
/// <remarks>
/// Lloyd, "Least squares quantization in PCM", IEEE Trans. Information Theory 1982; for Cosine the spherical one of Dhillon and Modha, "Concept decompositions
/// for large sparse text data using clustering", Machine Learning 2001. It ends as scikit-learn's does: when no label changes, or when centroids move by
/// no more than the tolerance, after which vectors are assigned once more. A cluster that lost all its vectors starts again from the vector farthest
/// from its centroid (the next farthest for the next such cluster).
/// <para>Cost of a round: vectors x clusters x dimensions multiply-adds, at nearly the rate of the processor
/// (<see cref="DotTiles"/>). Memory: 20 bytes a vector, 24 for Cosine, and four times the centroids; vectors are neither copied nor changed.</para>
/// </remarks>
public static class KMeans
{
    /// <summary>Groups vectors.</summary>
    /// <param name="vectors">At least as many as clusters, all finite.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Told the share of the most rounds allowed that are done, 0 to 1; 1 at the end.</param>
    /// <param name="cancel">Stops it; looked at every 512 vectors.</param>
    /// <exception cref="ArgumentException">There are fewer vectors than clusters, or initial centroids of another shape.</exception>
    public static KMeansResult Run(
        VectorMatrix vectors, KMeansOptions options, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        options.Check(vectors);
        var first = options.InitialCentroids
            ?? FirstCentroids.Choose(vectors, options.Clusters, options.Metric, options.Seed, cancel);
        var search = new NearestCentroid(first, options.Metric);
        var centroids = search.Centroids.Memory.ToArray();
        var moving = new VectorMatrix(centroids, options.Clusters, vectors.Dimensions);
        var update = new CentroidUpdate(vectors, options.Clusters, options.Metric, options.Threads, cancel);
        var enough = options.Tolerance * update.MeanVariance(cancel);
        var (labels, before) = (new int[vectors.Rows], new int[vectors.Rows]);
        var distances = new float[vectors.Rows];
        var (iterations, isSettled, hasConverged) = (0, false, false);
        while (iterations < options.MaximumIterations && !hasConverged)
        {
            search.Label(vectors, labels, options.Threads, cancel);
            FillEmpty(vectors, search, labels, distances, options.Threads, cancel);
            var moved = update.Move(labels, centroids, cancel);
            iterations++;
            isSettled = iterations > 1 && labels.AsSpan().SequenceEqual(before);
            hasConverged = isSettled || moved <= enough;
            search.Replace(moving);
            (labels, before) = (before, labels);
            progress?.Report((double)iterations / options.MaximumIterations);
        }

        labels = before;
        if (!isSettled)
        {
            search.Label(vectors, labels, options.Threads, cancel);
        }

        search.Measure(vectors, labels, distances, options.Threads, cancel);
        progress?.Report(1);
        return new(moving, labels, distances, Inertia(distances, options.Metric), iterations, hasConverged);
    }

    /// <summary>The objective: the sum of squared distances (Euclidean) or of distances (Cosine).</summary>
    /// <param name="distances">Of each vector to its centroid.</param>
    /// <param name="metric">In which they are measured.</param>
    public static double Inertia(ReadOnlySpan<float> distances, VectorMetric metric)
    {
        var sum = 0.0;
        foreach (var distance in distances)
        {
            sum += metric == VectorMetric.Cosine ? distance : (double)distance * distance;
        }

        return sum;
    }

    /// <summary>Gives each cluster without vectors the vector farthest from its centroid, of a cluster that can spare one.</summary>
    static void FillEmpty(
        VectorMatrix vectors, NearestCentroid search, int[] labels, float[] distances, int threads, CancellationToken cancel)
    {
        var sizes = CentroidUpdate.Sizes(labels, search.Centroids.Rows);
        if (Array.IndexOf(sizes, 0) < 0)
        {
            return;
        }

        search.Measure(vectors, labels, distances, threads, cancel);
        var farthest = Enumerable.Range(0, labels.Length).OrderByDescending(row => distances[row]).GetEnumerator();
        for (var cluster = 0; cluster < sizes.Length; cluster++)
        {
            while (sizes[cluster] == 0 && farthest.MoveNext())
            {
                ref var label = ref labels[farthest.Current];
                if (sizes[label] > 1)
                {
                    sizes[label]--;
                    label = cluster;
                    sizes[cluster] = 1;
                }
            }
        }
    }
}
