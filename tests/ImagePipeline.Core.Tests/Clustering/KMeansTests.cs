using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

public sealed class KMeansTests
{
    [Theory]
    [InlineData(VectorMetric.Euclidean, 300, 7, 5, 0f)]
    [InlineData(VectorMetric.Euclidean, 1300, 33, 60, 0f)]
    [InlineData(VectorMetric.Euclidean, 1300, 33, 60, 50f)]
    [InlineData(VectorMetric.Cosine, 300, 7, 5, 0f)]
    [InlineData(VectorMetric.Cosine, 1300, 64, 60, 0f)]
    public void It_equals_the_naive_version_from_the_same_start(VectorMetric metric, int rows, int dimensions, int clusters, float moved)
    {
        var vectors = Blobs.Moved(Blobs.Draw(rows, dimensions, clusters, 0.5, seed: 1), moved);
        var first = vectors.Slice(0, clusters);
        var naive = NaiveKMeans.Run(vectors, first, metric);

        var result = KMeans.Run(vectors, Options(clusters, metric) with { InitialCentroids = first, Tolerance = 0 });

        Assert.True(result.Converged);
        Assert.Equal(naive.Labels, result.Labels);
        Assert.Equal(1, result.Inertia / naive.Inertia, 1e-5);
        for (var c = 0; c < clusters; c++)
        {
            Assert.All(naive.Centroids[c].Zip(result.Centroids[c].ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
        }
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void The_result_does_not_depend_on_the_number_of_threads(VectorMetric metric)
    {
        var vectors = Blobs.Draw(3000, 20, 40, 1, seed: 2);

        var one = KMeans.Run(vectors, Options(40, metric) with { Threads = 1 });
        var four = KMeans.Run(vectors, Options(40, metric) with { Threads = 4 });

        Assert.Equal(one.Labels, four.Labels);
        Assert.Equal(one.Inertia, four.Inertia);
        Assert.True(one.Centroids.Memory.Span.SequenceEqual(four.Centroids.Memory.Span));
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void Well_parted_clusters_are_found(VectorMetric metric)
    {
        var vectors = Blobs.Draw(2000, 32, 20, 0.1, seed: 3);

        var result = KMeans.Run(vectors, Options(20, metric) with { Seed = 5 });

        Blobs.AssertSamePartition([.. Enumerable.Range(0, 2000).Select(row => row % 20)], result.Labels);
    }

    [Fact]
    public void A_cluster_without_vectors_starts_again_from_the_farthest_vector()
    {
        var vectors = Blobs.Draw(400, 4, 2, 0.05, seed: 4);
        float[] first = [.. vectors[0], 1e4f, 1e4f, 1e4f, 1e4f];

        var result = KMeans.Run(vectors, Options(2, VectorMetric.Euclidean) with { InitialCentroids = new VectorMatrix(first, 2, 4) });

        Blobs.AssertSamePartition([.. Enumerable.Range(0, 400).Select(row => row % 2)], result.Labels);
    }

    [Fact]
    public void Equal_vectors_and_vectors_of_length_zero_are_grouped_without_failing()
    {
        var equal = new VectorMatrix(Enumerable.Repeat(1f, 60).ToArray(), 20, 3);
        var zero = new VectorMatrix(new float[60], 20, 3);

        Assert.Equal(0, KMeans.Run(equal, Options(3, VectorMetric.Euclidean)).Inertia);
        Assert.Equal(0, KMeans.Run(equal, Options(3, VectorMetric.Cosine)).Inertia, 1e-5);
        Assert.Equal(20, KMeans.Run(zero, Options(3, VectorMetric.Cosine)).Inertia);
    }

    [Fact]
    public void Each_round_lowers_the_inertia_and_progress_rises_to_one()
    {
        var vectors = Blobs.Draw(2000, 10, 30, 2, seed: 6);
        var told = new List<double>();
        var inertia = double.MaxValue;
        for (var rounds = 1; rounds < 8; rounds++)
        {
            var result = KMeans.Run(vectors,
                Options(30, VectorMetric.Euclidean) with { MaximumIterations = rounds, Tolerance = 0 }, new Told(told));

            Assert.True(result.Inertia < inertia);
            Assert.Equal(1, told[^1]);
            inertia = result.Inertia;
        }

        Assert.All(told, share => Assert.InRange(share, 0, 1));
    }

    [Fact]
    public void A_cancelled_run_ends()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() =>
            KMeans.Run(Blobs.Draw(100, 4, 4, 1, 1), Options(4, VectorMetric.Cosine), cancel: cancelled.Token));
    }

    [Fact]
    public void Impossible_requests_are_refused()
    {
        var vectors = Blobs.Draw(10, 4, 2, 1, 1);

        Assert.Throws<ArgumentException>(() => KMeans.Run(vectors, Options(11, VectorMetric.Cosine)));
        Assert.Throws<ArgumentOutOfRangeException>(() => KMeans.Run(vectors, Options(0, VectorMetric.Cosine)));
        Assert.Throws<ArgumentException>(() =>
            KMeans.Run(vectors, Options(3, VectorMetric.Cosine) with { InitialCentroids = vectors.Slice(0, 2) }));
        Assert.Throws<ArgumentException>(() => new VectorMatrix(new float[5], 2, 3));
    }

    static KMeansOptions Options(int clusters, VectorMetric metric) => new() { Clusters = clusters, Metric = metric, Threads = 2 };

    sealed class Told(List<double> shares) : IProgress<double>
    {
        public void Report(double value) => shares.Add(value);
    }
}
