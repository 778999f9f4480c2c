using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Nearest neighbours, DBSCAN and HDBSCAN.</summary>
public sealed class DensityTests
{
    [Theory]
    [InlineData(VectorMetric.Euclidean, 700, 12, 10, 0f)]
    [InlineData(VectorMetric.Euclidean, 700, 12, 10, 30f)]
    [InlineData(VectorMetric.Cosine, 700, 33, 25, 0f)]
    [InlineData(VectorMetric.Cosine, 6, 5, 5, 0f)]
    public void The_nearest_neighbours_are_those_of_comparing_all(VectorMetric metric, int rows, int dimensions, int neighbours, float moved)
    {
        var vectors = Blobs.Moved(Blobs.Draw(rows, dimensions, 5, 0.5, seed: 1), moved);

        var graph = NeighbourGraph.Build(vectors, neighbours, metric, threads: 2);

        var points = NaiveKMeans.Rows(vectors, metric);
        for (var row = 0; row < rows; row += 7)
        {
            var squared = points.Select(point => NaiveKMeans.Squared(points[row], point)).ToArray();
            double[] expected = [.. squared.Where((_, other) => other != row).Order().Take(neighbours)
                .Select(value => metric == VectorMetric.Cosine ? value / 2 : Math.Sqrt(value))];
            Assert.DoesNotContain(row, graph.Of(row).ToArray());
            Assert.Equal(neighbours, graph.Of(row).ToArray().Distinct().Count());
            for (var i = 0; i < neighbours; i++)
            {
                Assert.Equal(expected[i], graph.DistancesOf(row)[i], 1e-4);
                var own = squared[graph.Of(row)[i]];
                Assert.Equal(metric == VectorMetric.Cosine ? own / 2 : Math.Sqrt(own), graph.DistancesOf(row)[i], 1e-4);
            }
        }
    }

    [Fact]
    public void Equally_near_neighbours_come_in_order_and_copies_are_at_no_distance()
    {
        var vectors = new VectorMatrix(Enumerable.Range(0, 200).SelectMany(row => new float[] { row % 4, 1 }).ToArray(), 200, 2);

        var graph = NeighbourGraph.Build(vectors, 3, VectorMetric.Euclidean);

        Assert.Equal([4, 8, 12], graph.Of(0).ToArray());
        Assert.Equal([1, 5, 13], graph.Of(9).ToArray());
        Assert.All(graph.Distances, distance => Assert.Equal(0, distance));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Dbscan_labels_are_those_of_scikit_learn(int which)
    {
        var expected = Golden.Record.GetProperty("dbscan")[which];
        var vectors = expected.GetProperty("dimensions").GetInt32() == 2 ? Golden.Points : Golden.Vectors;
        var metric = expected.GetProperty("metric").GetString() == "cosine" ? VectorMetric.Cosine : VectorMetric.Euclidean;

        var labels = Dbscan.Run(
            vectors, expected.GetProperty("eps").GetDouble(), expected.GetProperty("min_samples").GetInt32(), metric, threads: 2);

        Assert.Equal(Golden.Integers(expected.GetProperty("labels")), labels);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean, 5, 5, 0.3)]
    [InlineData(VectorMetric.Euclidean, 5, 1, 1.0)]
    [InlineData(VectorMetric.Euclidean, 12, 40, 0.6)]
    [InlineData(VectorMetric.Euclidean, 3, 3, 0.02)]
    [InlineData(VectorMetric.Cosine, 5, 4, 0.5)]
    [InlineData(VectorMetric.Cosine, 2, 2, 1.0)]
    public void Hdbscan_equals_the_naive_version_over_all_pairs(VectorMetric metric, int leastSize, int core, double spread)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var vectors = Blobs.Draw(240, 3, 6, spread, seed);
            foreach (var selection in Enum.GetValues<ClusterSelection>())
            {
                var options = new HdbscanOptions
                {
                    LeastSize = leastSize, CoreNeighbours = core, Metric = metric, Selection = selection, Threads = 2,
                };
                var result = Hdbscan.Run(vectors, options);

                Blobs.AssertSamePartition(NaiveHdbscan.Run(vectors, metric, leastSize, core, selection), result.Labels);
            }
        }
    }

    [Fact]
    public void The_tree_of_reachability_has_the_least_sum_although_clusters_lie_far_apart()
    {
        var vectors = Blobs.Draw(400, 8, 8, 0.01, seed: 3);
        var reach = NaiveHdbscan.Reachability(vectors, VectorMetric.Euclidean, 4);

        var tree = Hdbscan.Run(vectors, new() { LeastSize = 4, Metric = VectorMetric.Euclidean, Threads = 2 }).Tree;

        var left = Enumerable.Range(1, 399).ToDictionary(row => row, row => reach[0, row]);
        var edges = new List<float>();
        while (left.Count > 0)
        {
            var (next, distance) = left.MinBy(pair => pair.Value);
            left.Remove(next);
            edges.Add(distance);
            foreach (var other in left.Keys.ToArray())
            {
                left[other] = Math.Min(left[other], reach[next, other]);
            }
        }

        Assert.Equal(edges.Order(), tree.Merges.Select(merge => merge.Distance));
    }

    [Fact]
    public void Hdbscan_finds_clusters_of_different_density_and_leaves_the_rest_out()
    {
        var random = new Random(4);
        var values = new List<float>();
        void Add(int count, float x, float y, float spread)
        {
            for (var i = 0; i < count; i++)
            {
                var noise = Vectors.RandomVectors.Gaussian(2, random);
                values.AddRange([x + spread * noise[0], y + spread * noise[1]]);
            }
        }

        Add(100, 0, 0, 0.05f);
        Add(100, 20, 0, 2);
        Add(20, 10, 200, 80);
        var vectors = new VectorMatrix(values.ToArray(), 220, 2);

        var result = Hdbscan.Run(vectors, new() { LeastSize = 15, Metric = VectorMetric.Euclidean });

        Assert.Equal(2, result.Stabilities.Length);
        Assert.True(result.Labels.Take(100).Count(label => label == 0) > 95);
        Assert.True(result.Labels.Skip(100).Take(100).Count(label => label == 1) > 80);
        Assert.True(result.Labels.Skip(200).Count(label => label == Dbscan.Noise) > 15);
        Assert.All(result.Labels.Zip(result.Strengths), pair => Assert.Equal(pair.First == Dbscan.Noise, pair.Second == 0));
        Assert.All(result.Strengths, strength => Assert.InRange(strength, 0, 1));
    }

    [Fact]
    public void Hdbscan_does_not_depend_on_threads_nor_on_the_order_of_the_vectors()
    {
        var vectors = Blobs.Draw(1500, 6, 20, 0.4, seed: 5);
        var shuffled = Enumerable.Range(0, 1500).ToArray();
        new Random(6).Shuffle(shuffled);

        var one = Hdbscan.Run(vectors, new() { LeastSize = 8, Threads = 1 });
        var four = Hdbscan.Run(vectors, new() { LeastSize = 8, Threads = 4 });
        var other = Hdbscan.Run(vectors.Select(shuffled), new() { LeastSize = 8, Threads = 2 });

        Assert.Equal(one.Labels, four.Labels);
        Assert.Equal(one.Strengths, four.Strengths);
        Blobs.AssertSamePartition([.. shuffled.Select(row => one.Labels[row])], other.Labels);
    }

    [Fact]
    public void Small_and_equal_collections_do_not_fail()
    {
        Assert.Equal([-1], Hdbscan.Run(new(new float[2], 1, 2), new()).Labels);
        Assert.Equal([-1, -1], Hdbscan.Run(Blobs.Draw(2, 3, 2, 1, 1), new()).Labels);
        Assert.Empty(Dbscan.Run(new(default, 0, 2), 1, 2, VectorMetric.Cosine));
        Assert.Empty(Hdbscan.Run(new(default, 0, 2), new()).Labels);
        var equal = new VectorMatrix(Enumerable.Repeat(1f, 60).ToArray(), 30, 2);
        Assert.All(Hdbscan.Run(equal, new() { IsOneAllowed = true }).Labels, label => Assert.Equal(0, label));
        Assert.All(Dbscan.Run(equal, 0.1, 3, VectorMetric.Cosine), label => Assert.Equal(0, label));
    }
}
