using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Chooses a number of clusters: the one whose clusters have the largest silhouette on a sample.</summary>
/// <param name="Clusters">The number chosen.</param>
/// <param name="Tried">Every number tried, ascending, with its silhouette.</param>
/// <remarks>
/// The criterion is the mean silhouette (<see cref="Silhouette"/>), exact on the sample. The simplified one, by
/// distances to centroids, keeps rising with clusters of few vectors. Numbers grow by a factor of √2 from 2 to a
/// quarter of the sample; then those halfway, in ratio, between the best and its neighbours are tried. Clusters of
/// fewer vectors than (all / sample) x 4 cannot be told on a sample. Cost: a dozen runs of <see cref="KMeans"/> of at
/// most <see cref="Rounds"/> rounds over the sample, and as many times sample² x dimensions. Memory: five times the
/// sample.
/// </remarks>
public sealed record ClusterCount(int Clusters, IReadOnlyList<(int Clusters, double Silhouette)> Tried)
{
    /// <summary>Rounds of each trial.</summary>
    public const int Rounds = 20;

    /// <summary>The largest number whose silhouette is nearly the best: what was kept apart is easier to merge than
    /// what was mixed up is to part.</summary>
    /// <param name="share">The share of the best silhouette that it may lack, 0 to 1.</param>
    public int LargestWithin(double share)
    {
        var best = Tried.Max(trial => trial.Silhouette);
        return Tried.Where(trial => trial.Silhouette >= best - share * Math.Abs(best)).Max(trial => trial.Clusters);
    }

    /// <summary>Chooses.</summary>
    /// <param name="vectors">At least 2.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="most">The largest number to try, at least 2; a quarter of the sample where that is less.</param>
    /// <param name="sample">Most vectors to look at.</param>
    /// <param name="seed">Decides the sample and the first centroids.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the trials done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static ClusterCount Choose(VectorMatrix vectors, VectorMetric metric, int most = 2000, int sample = 8_000, int seed = 0,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Rows, 2, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(sample, 2);
        var drawn = vectors.Select(RowSample.Draw(vectors.Rows, Math.Min(sample, vectors.Rows), new Random(seed)));
        return Search(Math.Min(most, drawn.Rows / 4), progress, clusters =>
        {
            var run = KMeans.Run(drawn,
                new() { Clusters = clusters, Metric = metric, Seed = seed, MaximumIterations = Rounds, Threads = threads }, cancel: cancel);
            return Silhouette.Measure(drawn, run.Labels, metric, drawn.Rows, seed, threads, cancel).Mean;
        });
    }

    /// <summary>Chooses where to cut a dendrogram, by the same criterion.</summary>
    /// <param name="vectors">At least 2, those that were joined.</param>
    /// <param name="tree">How they were.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="most">The largest number to try, at least 2; a quarter of the vectors where that is less.</param>
    /// <param name="sample">Most vectors whose silhouettes are measured.</param>
    /// <param name="seed">Decides the sample.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the trials done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static ClusterCount Choose(VectorMatrix vectors, Dendrogram tree, VectorMetric metric, int most = 2000, int sample = 8_000,
        int seed = 0, int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(vectors.Rows, 2, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return Search(Math.Min(most, vectors.Rows / 4), progress,
            clusters => Silhouette.Measure(vectors, tree.CutByCount(clusters), metric, sample, seed, threads, cancel).Mean);
    }

    /// <summary>Chooses where to cut the tree of groups, by the same criterion.</summary>
    /// <param name="vectors">At least 2, those that were grouped.</param>
    /// <param name="tree">How their groups were joined.</param>
    /// <param name="most">The largest number to try, at least 2; a quarter of the groups where that is less.</param>
    /// <param name="sample">Most vectors whose silhouettes are measured.</param>
    /// <param name="seed">Decides the sample.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the trials done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static ClusterCount Choose(VectorMatrix vectors, CentroidTree tree, int most = 2000, int sample = 8_000, int seed = 0,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tree.Tree.Leaves, 2, nameof(tree));
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        return Search(Math.Min(most, tree.Tree.Leaves / 4), progress, clusters => Silhouette.Measure(
            vectors, tree.Label(tree.Tree.CutByCount(clusters)), VectorMetric.Cosine, sample, seed, threads, cancel).Mean);
    }

    static ClusterCount Search(int most, IProgress<double>? progress, Func<int, double> silhouette)
    {
        most = Math.Max(2, most);
        var tried = new SortedList<int, double>();
        int[] grid =
        [
            .. Enumerable.Range(2, 60).Select(power => (int)Math.Round(Math.Pow(2, power / 2.0))).TakeWhile(k => k < most),
            most,
        ];
        foreach (var clusters in grid)
        {
            Try(clusters);
        }

        var best = Best();
        var at = tried.IndexOfKey(best);
        int[] between =
        [
            .. new[] { at - 1, at + 1 }.Where(i => i >= 0 && i < tried.Count)
                .Select(i => (int)Math.Round(Math.Sqrt((double)best * tried.GetKeyAtIndex(i)))),
        ];
        foreach (var clusters in between)
        {
            Try(clusters);
        }

        progress?.Report(1);
        return new(Best(), [.. tried.Select(trial => (trial.Key, trial.Value))]);

        int Best() => tried.OrderByDescending(trial => trial.Value).First().Key;

        void Try(int clusters)
        {
            if (!tried.ContainsKey(clusters))
            {
                var value = silhouette(clusters);
                tried[clusters] = double.IsNaN(value) ? -1 : value;
                progress?.Report(tried.Count / (grid.Length + 2.0));
            }
        }
    }
}
