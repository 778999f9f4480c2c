using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>k-means that learns from one batch after the other, for vectors that do not fit in memory.</summary>
/// <remarks>
/// Sculley, "Web-scale k-means clustering", WWW 2010: a centroid moves to the mean of all vectors it was ever given, each at the time of its batch
/// (Cosine: scaled to length 1 after each batch). Comes within a few percent of the inertia of <see cref="KMeans"/> for a fraction
/// of the cost. Memory: the centroids four times, and the batch's labels. Not safe to use from several threads at once.
/// </remarks>
public sealed class MiniBatchKMeans
{
    readonly NearestCentroid _search;
    readonly float[] _centroids;
    readonly double[] _weights;
    readonly int _threads;

    /// <summary>Starts at given centroids.</summary>
    /// <param name="first">Where centroids start; of a sample, <see cref="FirstCentroids"/> chooses some.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="threads">Threads, at least 1.</param>
    public MiniBatchKMeans(VectorMatrix first, VectorMetric metric, int threads = 1)
    {
        _search = new(first, metric);
        _centroids = _search.Centroids.Memory.ToArray();
        _weights = new double[first.Rows];
        _threads = threads;
    }

    /// <summary>The centroids as they are now; a view that later batches change.</summary>
    public VectorMatrix Centroids => new(_centroids, _weights.Length, _search.Centroids.Dimensions);

    /// <summary>Moves the centroids by a batch.</summary>
    /// <param name="batch">Some thousand vectors, in random order over the batches.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>The objective of the batch before the move, a vector: the mean of squared distances (Euclidean) or of distances (Cosine).</returns>
    public double Learn(VectorMatrix batch, CancellationToken cancel = default)
    {
        if (batch.Rows == 0)
        {
            return 0;
        }

        var (labels, distances) = (new int[batch.Rows], new float[batch.Rows]);
        _search.Assign(batch, labels, distances, _threads, cancel);
        var means = (float[])_centroids.Clone();
        new CentroidUpdate(batch, _weights.Length, _search.Metric, _threads, cancel).Move(labels, means, cancel);
        var sizes = CentroidUpdate.Sizes(labels, _weights.Length);
        for (var cluster = 0; cluster < sizes.Length; cluster++)
        {
            _weights[cluster] += sizes[cluster];
            var share = sizes[cluster] == 0 ? 0 : sizes[cluster] / _weights[cluster];
            for (var at = cluster * batch.Dimensions; at < (cluster + 1) * batch.Dimensions; at++)
            {
                _centroids[at] += (float)(share * (means[at] - _centroids[at]));
            }
        }

        _search.Replace(Centroids);
        _search.Centroids.Memory.Span.CopyTo(_centroids); // scaled to length 1 for Cosine
        return KMeans.Inertia(distances, _search.Metric) / batch.Rows;
    }

    /// <summary>Groups vectors in memory by random batches, and assigns all of them at the end.</summary>
    /// <param name="vectors">At least as many as clusters.</param>
    /// <param name="options">How; a round is as many batches as hold all vectors once. The tolerance is not used: it ends when the mean of
    /// the objective over the batches, newer ones counting more, did not fall for ten batches.</param>
    /// <param name="batchSize">Vectors of a batch.</param>
    /// <param name="progress">Told the share of the most batches allowed that are done; 1 at the end.</param>
    /// <param name="cancel">Stops it.</param>
    public static KMeansResult Run(VectorMatrix vectors, KMeansOptions options, int batchSize = 4096,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        const int patience = 10;
        options.Check(vectors);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var random = new Random(options.Seed);
        var learner = new MiniBatchKMeans(
            options.InitialCentroids ?? FirstCentroids.Choose(vectors, options.Clusters, options.Metric, options.Seed, cancel),
            options.Metric, options.Threads);
        var most = Math.Max(1, (int)Math.Min(int.MaxValue, (long)options.MaximumIterations * vectors.Rows / batchSize));
        var newest = Math.Min(1, 2.0 * batchSize / (vectors.Rows + 1));
        var (mean, least, unchanged, done) = (0.0, double.MaxValue, 0, 0);
        for (; done < most && unchanged < patience; done++)
        {
            var batch = RowSample.Draw(vectors.Rows, Math.Min(batchSize, vectors.Rows), random);
            var objective = learner.Learn(vectors.Select(batch), cancel);
            mean = done == 0 ? objective : mean + newest * (objective - mean);
            unchanged = mean < least ? 0 : unchanged + 1;
            least = Math.Min(least, mean);
            progress?.Report((double)done / most);
        }

        var (labels, distances) = (new int[vectors.Rows], new float[vectors.Rows]);
        learner._search.Assign(vectors, labels, distances, options.Threads, cancel);
        progress?.Report(1);
        return new(learner.Centroids, labels, distances, KMeans.Inertia(distances, options.Metric), done, unchanged >= patience);
    }
}
