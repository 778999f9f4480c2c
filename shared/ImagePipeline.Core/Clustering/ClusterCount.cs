using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Chooses a number of clusters: the one whose clusters have the largest silhouette on a sample.</summary>
/// <param name="Clusters">The number chosen.</param>
/// <param name="Tried">Every number tried, ascending, with its silhouette.</param>
/// <remarks>
/// The criterion is the mean silhouette (<see cref="Silhouette"/>), exact on the sample. The simplified one, by distances to centroids, keeps rising with
/// clusters of few vectors. Numbers grow by a factor of √2 from 2 to a quarter of the sample; then those halfway, in ratio, between the best and its
/// neighbours are tried. Clusters of fewer vectors than (all / sample) x 4 cannot be told on a sample.
/// Cost: a dozen runs of <see cref="KMeans"/> of at most <see cref="Rounds"/> rounds over the sample, and as many times sample² x
/// dimensions. Memory: five times the sample.
/// </remarks>
public sealed record ClusterCount(int Clusters, IReadOnlyList<(int Clusters, double Silhouette)> Tried)
{
    /// <summary>Rounds of each trial.</summary>
    public const int Rounds = 20;

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
        most = Math.Max(2, Math.Min(most, drawn.Rows / 4));
        var tried = new SortedList<int, double>();
        int[] grid = [.. Enumerable.Range(2, 60).Select(power => (int)Math.Round(Math.Pow(2, power / 2.0))).TakeWhile(k => k < most).Append(most)];
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
            if (tried.ContainsKey(clusters))
            {
                return;
            }

            var run = KMeans.Run(drawn,
                new() { Clusters = clusters, Metric = metric, Seed = seed, MaximumIterations = Rounds, Threads = threads }, cancel: cancel);
            var silhouette = Silhouette.Measure(drawn, run.Labels, metric, drawn.Rows, seed, threads, cancel).Mean;
            tried[clusters] = double.IsNaN(silhouette) ? -1 : silhouette;
            progress?.Report(tried.Count / (grid.Length + 2.0));
        }
    }
}
