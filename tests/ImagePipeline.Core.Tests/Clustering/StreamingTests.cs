using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Choosing how many clusters, and grouping what does not fit in memory.</summary>
public sealed class StreamingTests
{
    [Theory]
    [InlineData(VectorMetric.Euclidean, 1)]
    [InlineData(VectorMetric.Cosine, 2)]
    public void Batches_of_vectors_are_given_their_nearest_centroids(VectorMetric metric, int threads)
    {
        var centroids = Blobs.Draw(100, 24, 7, 1, seed: 1);
        var vectors = Blobs.Draw(1100, 24, 9, 1, seed: 2);
        var (labels, distances) = (new int[1100], new float[1100]);

        new NearestCentroid(centroids, metric).Assign(vectors, labels, distances, threads);

        var (points, centres) = (NaiveKMeans.Rows(vectors, metric), NaiveKMeans.Rows(centroids, metric));
        for (var row = 0; row < 1100; row++)
        {
            var squared = NaiveKMeans.Squared(points[row], centres[NaiveKMeans.Nearest(points[row], centres)]);
            Assert.Equal(metric == VectorMetric.Cosine ? squared / 2 : Math.Sqrt(squared), distances[row], 1e-4);
            Assert.Equal(NaiveKMeans.Nearest(points[row], centres), labels[row]);
        }
    }

    [Fact]
    public void A_vector_alone_gets_the_same_centroid_as_in_a_batch()
    {
        var search = new NearestCentroid(Blobs.Draw(100, 24, 7, 1, seed: 1), VectorMetric.Cosine);
        var vectors = Blobs.Draw(50, 24, 9, 1, seed: 2);
        var (labels, distances, label, distance) = (new int[50], new float[50], new int[1], new float[1]);
        search.Assign(vectors, labels, distances);

        for (var row = 0; row < 50; row++)
        {
            search.Assign(vectors.Slice(row, 1), label, distance);

            Assert.Equal((labels[row], distances[row]), (label[0], distance[0]));
        }
    }

    [Fact]
    public void Every_vector_that_came_is_as_likely_to_be_in_the_sample()
    {
        var times = new int[100];
        for (var seed = 0; seed < 2000; seed++)
        {
            var reservoir = new VectorReservoir(10, 1, seed);
            for (var block = 0; block < 4; block++)
            {
                reservoir.Add(new(Enumerable.Range(block * 25, 25).Select(x => (float)x).ToArray(), 25, 1));
            }

            Assert.Equal(10, reservoir.Vectors.Rows);
            foreach (var value in reservoir.Vectors.Memory.Span)
            {
                times[(int)value]++;
            }
        }

        // 200 expected, with a deviation of 13.4.
        Assert.All(times, count => Assert.InRange(count, 135, 265));
    }

    [Fact]
    public void A_sample_and_a_second_pass_come_near_to_the_whole()
    {
        var vectors = Blobs.Draw(20_000, 16, 30, 0.8, seed: 3);
        var reservoir = new VectorReservoir(6_000, 16, seed: 4);
        for (var at = 0; at < 20_000; at += 1_000)
        {
            reservoir.Add(vectors.Slice(at, 1_000));
        }

        var options = new KMeansOptions { Clusters = 30, Metric = VectorMetric.Euclidean, Threads = 2 };
        var whole = KMeans.Run(vectors, options);
        var sampled = KMeans.Run(reservoir.Vectors, options);
        var (labels, distances) = (new int[20_000], new float[20_000]);
        new NearestCentroid(sampled.Centroids, VectorMetric.Euclidean).Assign(vectors, labels, distances, 2);

        Assert.InRange(KMeans.Inertia(distances, VectorMetric.Euclidean) / whole.Inertia, 0.9, 1.02);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void Learning_from_batches_comes_near_to_the_whole(VectorMetric metric)
    {
        var vectors = Blobs.Draw(20_000, 16, 30, 0.8, seed: 5);
        var options = new KMeansOptions { Clusters = 30, Metric = metric, Threads = 2 };

        var whole = KMeans.Run(vectors, options);
        var batches = MiniBatchKMeans.Run(vectors, options, batchSize: 1000);
        var again = MiniBatchKMeans.Run(vectors, options with { Threads = 1 }, batchSize: 1000);

        Assert.InRange(batches.Inertia / whole.Inertia, 0.9, 1.05);
        Assert.Equal(batches.Labels, again.Labels);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean, 7)]
    [InlineData(VectorMetric.Cosine, 23)]
    public void The_number_of_clear_clusters_is_found(VectorMetric metric, int clusters)
    {
        var vectors = Blobs.Draw(1500, 16, clusters, 0.15, seed: 6);

        var count = ClusterCount.Choose(vectors, metric, threads: 2);

        // The grid is coarse; the best number on it is next to the true one.
        Assert.InRange(count.Clusters, clusters * 0.85, clusters * 1.2);
        Assert.Equal(count.Clusters, count.Tried.MaxBy(trial => trial.Silhouette).Clusters);
    }
}
