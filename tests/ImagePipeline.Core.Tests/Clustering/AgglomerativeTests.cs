using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

public sealed class AgglomerativeTests
{
    [Theory]
    [InlineData(Linkage.Single, VectorMetric.Euclidean)]
    [InlineData(Linkage.Complete, VectorMetric.Euclidean)]
    [InlineData(Linkage.Average, VectorMetric.Euclidean)]
    [InlineData(Linkage.Ward, VectorMetric.Euclidean)]
    [InlineData(Linkage.Single, VectorMetric.Cosine)]
    [InlineData(Linkage.Complete, VectorMetric.Cosine)]
    [InlineData(Linkage.Average, VectorMetric.Cosine)]
    public void Dendrogram_and_cuts_are_those_of_scipy_and_scikit_learn(Linkage linkage, VectorMetric metric)
    {
#pragma warning disable CA1308 // names in the record are lower case
        var expected = Golden.Record.GetProperty("agglomerative").GetProperty($"{linkage} {metric}".ToLowerInvariant());
#pragma warning restore CA1308

        var tree = Agglomerative.Run(Golden.Vectors, linkage, metric, threads: 2);

        Assert.Equal(Golden.Integers(expected.GetProperty("sizes")).Order(), tree.Merges.Select(merge => merge.Size).Order());
        Assert.All(Golden.Numbers(expected.GetProperty("heights")).Zip(tree.Merges),
            pair => Assert.Equal(1, pair.Second.Distance / pair.First, 1e-5));
        Blobs.AssertSamePartition(Golden.Integers(expected.GetProperty("labels")), tree.CutByCount(20));
        Blobs.AssertSamePartition(
            Golden.Integers(expected.GetProperty("far")), tree.CutByDistance(expected.GetProperty("distance").GetDouble()));
    }

    [Theory]
    [InlineData(Linkage.Single)]
    [InlineData(Linkage.Complete)]
    [InlineData(Linkage.Average)]
    [InlineData(Linkage.Ward)]
    public void It_equals_the_naive_version(Linkage linkage)
    {
        var vectors = Blobs.Draw(60, 6, 5, 0.5, seed: 1);

        var tree = Agglomerative.Run(vectors, linkage, VectorMetric.Euclidean);

        var naive = Naive(vectors, linkage);
        for (var i = 0; i < naive.Count; i++)
        {
            Assert.Equal(naive[i].Distance, tree.Merges[i].Distance, 1e-4);
            Blobs.AssertSamePartition(naive[i].Labels, tree.CutByCount(59 - i));
        }
    }

    [Fact]
    public void A_weight_counts_as_many_equal_vectors()
    {
        var vectors = Blobs.Draw(40, 4, 3, 1, seed: 2);
        int[] weights = [.. Enumerable.Range(0, 40).Select(row => 1 + row % 3)];
        int[] repeated = [.. Enumerable.Range(0, 40).SelectMany(row => Enumerable.Repeat(row, weights[row]))];
        foreach (var linkage in Enum.GetValues<Linkage>())
        {
            var weighted = Agglomerative.Run(vectors, linkage, VectorMetric.Euclidean, weights);
            var all = Agglomerative.Run(vectors.Select(repeated), linkage, VectorMetric.Euclidean);

            Assert.All(all.Merges.TakeLast(39).Zip(weighted.Merges), pair =>
            {
                Assert.Equal(pair.First.Size, pair.Second.Size);
                Assert.Equal(pair.First.Distance, pair.Second.Distance, 1e-4);
            });
        }
    }

    [Fact]
    public void Every_cut_has_as_many_clusters_as_asked_and_parts_those_above()
    {
        var tree = Agglomerative.Run(Blobs.Draw(300, 8, 10, 1, seed: 3), Linkage.Average, VectorMetric.Cosine);
        var above = tree.CutByCount(1);
        for (var clusters = 2; clusters <= 300; clusters++)
        {
            var labels = tree.CutByCount(clusters);

            Assert.Equal(clusters, labels.Distinct().Count());
            Assert.All(labels.Zip(above).GroupBy(pair => pair.First), group => Assert.Single(group.Select(pair => pair.Second).Distinct()));
            var (from, to) = tree.DistancesOf(clusters);
            Assert.Equal(labels, tree.CutByDistance((from + (double)Math.Min(to, 2 * from + 1)) / 2));
            above = labels;
        }
    }

    [Fact]
    public void Equal_vectors_are_joined_at_no_distance()
    {
        var vectors = Blobs.Moved(new(new float[70], 10, 7), 3);

        Assert.All(Agglomerative.Run(vectors, Linkage.Ward, VectorMetric.Euclidean).Merges, merge => Assert.Equal(0, merge.Distance));
        Assert.All(Agglomerative.Run(vectors, Linkage.Average, VectorMetric.Cosine).Merges, merge => Assert.Equal(0, merge.Distance));
    }

    [Fact]
    public void One_vector_or_none_makes_no_merge()
    {
        Assert.Empty(Agglomerative.Run(new(new float[3], 1, 3), Linkage.Ward, VectorMetric.Cosine).Merges);
        Assert.Equal([0], Agglomerative.Run(new(new float[3], 1, 3), Linkage.Ward, VectorMetric.Cosine).CutByCount(1));
        Assert.Empty(Agglomerative.Run(new(default, 0, 3), Linkage.Ward, VectorMetric.Cosine).CutByDistance(1));
    }

    static List<(double Distance, int[] Labels)> Naive(VectorMatrix vectors, Linkage linkage)
    {
        var points = NaiveKMeans.Rows(vectors, VectorMetric.Euclidean);
        var clusters = Enumerable.Range(0, points.Length).Select(row => new List<int> { row }).ToList();
        var merges = new List<(double, int[])>();
        while (clusters.Count > 1)
        {
            var best = (from a in Enumerable.Range(0, clusters.Count) from b in Enumerable.Range(0, a) select (a, b))
                .MinBy(pair => Apart(clusters[pair.a], clusters[pair.b]));
            var distance = Apart(clusters[best.a], clusters[best.b]);
            clusters[best.b].AddRange(clusters[best.a]);
            clusters.RemoveAt(best.a);
            var labels = new int[points.Length];
            for (var c = 0; c < clusters.Count; c++)
            {
                clusters[c].ForEach(row => labels[row] = c);
            }

            merges.Add((distance, labels));
        }

        return merges;

        double Apart(List<int> a, List<int> b)
        {
            var pairs = from x in a from y in b select Math.Sqrt(NaiveKMeans.Squared(points[x], points[y]));
            return linkage switch
            {
                Linkage.Single => pairs.Min(),
                Linkage.Complete => pairs.Max(),
                Linkage.Average => pairs.Average(),
                _ => Math.Sqrt(2.0 * a.Count * b.Count / (a.Count + b.Count) * NaiveKMeans.Squared(Mean(a), Mean(b))),
            };
        }

        double[] Mean(List<int> rows) => [.. Enumerable.Range(0, vectors.Dimensions).Select(d => rows.Average(row => points[row][d]))];
    }
}
