using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

public sealed class QualityTests
{
    [Theory]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 5, 5, 3, 3 }, 1, 1, 1)]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 1, 0, 1 }, 0, -0.5, 0.5)]
    [InlineData(new[] { 0, 0, 1, 1 }, new[] { 0, 0, 0, 0 }, 0, 0, 0.5)]
    [InlineData(new[] { 0, 0, 0, 0 }, new[] { 7, 7, 7, 7 }, 1, 1, 1)]
    [InlineData(new int[0], new int[0], 1, 1, 1)]
    public void Scores_of_small_partitions_are_known(int[] labels, int[] clusters, double nmi, double ari, double purity)
    {
        var scores = PartitionScores.Of(labels, clusters);

        Assert.Equal(nmi, scores.NormalizedMutualInformation, 1e-12);
        Assert.Equal(ari, scores.AdjustedRand, 1e-12);
        Assert.Equal(purity, scores.Purity, 1e-12);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void A_silhouette_equals_its_definition_and_noise_is_left_out(VectorMetric metric)
    {
        var vectors = Blobs.Draw(130, 9, 4, 0.6, seed: 1);
        int[] labels = [.. Enumerable.Range(0, 130).Select(row => row % 13 == 0 ? -1 : row % 4)];
        labels[1] = 4; // alone in its cluster

        var measured = Silhouette.Measure(vectors, labels, metric, sample: 1000, threads: 2);

        Assert.Equal([.. Enumerable.Range(0, 130).Where(row => labels[row] >= 0)], measured.Sample.Order());
        for (var i = 0; i < measured.Sample.Length; i++)
        {
            Assert.Equal(Naive(vectors, labels, metric, measured.Sample[i]), measured.Values[i], 1e-5);
        }

        Assert.Equal(measured.Values.Average(), measured.Mean, 1e-6);
        for (var cluster = 0; cluster < 5; cluster++)
        {
            Assert.Equal(measured.Sample.Zip(measured.Values).Where(pair => labels[pair.First] == cluster).Average(pair => pair.Second),
                measured.OfCluster[cluster], 1e-6);
        }
    }

    [Fact]
    public void A_silhouette_of_one_cluster_is_no_number() =>
        Assert.True(double.IsNaN(Silhouette.Measure(Blobs.Draw(20, 3, 2, 1, 1), new int[20], VectorMetric.Euclidean).Mean));

    [Fact]
    public void A_sampled_silhouette_is_near_the_exact_one()
    {
        var vectors = Blobs.Draw(4000, 8, 6, 0.7, seed: 2);
        int[] labels = [.. Enumerable.Range(0, 4000).Select(row => row % 6)];

        var exact = Silhouette.Measure(vectors, labels, VectorMetric.Euclidean, 4000, threads: 2);
        var sampled = Silhouette.Measure(vectors, labels, VectorMetric.Euclidean, 1000, seed: 3, threads: 2);

        Assert.Equal(1000, sampled.Sample.Length);
        Assert.Equal(exact.Mean, sampled.Mean, 0.02);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void A_summary_tells_the_medoid_the_spread_and_the_neighbour(VectorMetric metric)
    {
        var vectors = Blobs.Draw(300, 5, 3, 0.4, seed: 4);
        int[] labels = [.. Enumerable.Range(0, 300).Select(row => row % 10 == 9 ? -1 : row % 3)];

        var (centroids, distances) = ClusterCentroids.Of(vectors, labels, 3, metric);
        var summaries = ClusterSummaries.Of(centroids, labels, distances, metric, shown: 4, radiusShare: 0.5);

        var points = NaiveKMeans.Rows(vectors, metric);
        foreach (var summary in summaries)
        {
            int[] members = [.. Enumerable.Range(0, 300).Where(row => labels[row] == summary.Cluster)];
            int[] nearest = [.. members.OrderBy(row => distances[row])];
            Assert.Equal(members.Length, summary.Size);
            Assert.Equal(members.MinBy(row => members.Sum(other => NaiveKMeans.Squared(points[row], points[other]))), summary.Medoid);
            Assert.Equal(nearest.Take(4), summary.Typical);
            Assert.Equal(nearest.Reverse().Take(4), summary.Outliers);
            Assert.Equal(members.Average(row => distances[row]), summary.Cohesion, 1e-5);
            Assert.Equal((members.Length + 1) / 2, members.Count(row => distances[row] <= summary.Radius));
        }

        Assert.All(distances.Zip(labels), pair => Assert.Equal(pair.Second < 0, float.IsNaN(pair.First)));
        Assert.Equal(summaries.Min(summary => summary.Separation), summaries.Order(Comparer<ClusterSummary>.Create(
            (a, b) => a.Separation.CompareTo(b.Separation))).ElementAt(1).Separation);
    }

    [Fact]
    public void Clusters_without_vectors_are_described_too()
    {
        var summary = ClusterSummaries.Of(new(new float[] { 1, 2 }, 1, 2), [-1], [float.NaN], VectorMetric.Cosine)[0];

        Assert.Equal(0, summary.Size);
        Assert.Equal(-1, summary.Medoid);
        Assert.Equal(float.PositiveInfinity, summary.Separation);
    }

    static double Naive(VectorMatrix vectors, int[] labels, VectorMetric metric, int row)
    {
        var points = NaiveKMeans.Rows(vectors, metric);
        var means = Enumerable.Range(0, labels.Length).Where(other => other != row && labels[other] >= 0)
            .GroupBy(other => labels[other])
            .ToDictionary(cluster => cluster.Key, cluster => cluster.Average(other =>
            {
                var squared = NaiveKMeans.Squared(points[row], points[other]);
                return metric == VectorMetric.Cosine ? squared / 2 : Math.Sqrt(squared);
            }));
        if (!means.Remove(labels[row], out var own))
        {
            return 0;
        }

        var next = means.Values.Min();
        return (next - own) / Math.Max(next, own);
    }
}
