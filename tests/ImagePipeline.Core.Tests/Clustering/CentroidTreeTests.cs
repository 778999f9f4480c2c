using System.Numerics.Tensors;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Clusters of two levels, beside those that join every vector.</summary>
public sealed class CentroidTreeTests
{
    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    [InlineData(Linkage.Complete)]
    [InlineData(Linkage.Single)]
    public void Groups_of_equal_vectors_are_joined_as_the_vectors_are(Linkage linkage)
    {
        // Every vector one to five times: joining begins with the equal ones, at no distance, and goes on as the groups do.
        var single = Unit(Blobs.Draw(40, 6, 5, 0.8, seed: 11));
        var several = single.Select([.. Enumerable.Range(0, single.Rows).SelectMany(row => Enumerable.Repeat(row, 1 + (row % 5)))]);

        var tree = CentroidTree.Run(several, several.Rows, linkage, seed: 3);
        var whole = Agglomerative.Run(several, linkage, VectorMetric.Cosine);

        Assert.Equal(single.Rows, tree.Tree.Leaves);
        Assert.Equal(several.Rows, tree.Sizes.Sum());
        foreach (var clusters in (int[])[2, 5, 12, 30, single.Rows])
        {
            Blobs.AssertSamePartition(whole.CutByCount(clusters), tree.Label(tree.Tree.CutByCount(clusters)));
        }
    }

    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    public void Distances_of_groups_are_those_of_all_vectors_in_both(Linkage linkage)
    {
        var vectors = Unit(Blobs.Draw(300, 8, 6, 0.7, seed: 12));

        var tree = CentroidTree.Run(vectors, 40, linkage, seed: 1);

        // Naive: the formula over the vectors themselves, for every merge.
        var merges = tree.Tree.Merges;
        List<int>[] members = [.. Enumerable.Range(0, tree.Tree.Leaves + merges.Length).Select(_ => new List<int>())];
        for (var row = 0; row < vectors.Rows; row++)
        {
            members[tree.Leaves[row]].Add(row);
        }

        for (var i = 0; i < merges.Length; i++)
        {
            var (a, b) = (members[merges[i].A], members[merges[i].B]);
            Assert.Equal(linkage == Linkage.Ward ? Ward(vectors, a, b) : Average(vectors, a, b), merges[i].Distance, 1e-3 * merges[i].Distance + 1e-5);
            Assert.Equal(a.Count + b.Count, merges[i].Size);
            members[tree.Tree.Leaves + i] = [.. a, .. b];
        }
    }

    [Fact]
    public void Blobs_far_apart_are_found_and_their_number_is_chosen()
    {
        var vectors = Unit(Blobs.Draw(600, 10, 6, 0.05, seed: 13));

        var tree = CentroidTree.Run(vectors, 100, Linkage.Ward, seed: 1);
        var chosen = ClusterCount.Choose(vectors, tree, sample: 400, seed: 1);

        Assert.Equal(6, chosen.Clusters);
        Blobs.AssertSamePartition(
            Agglomerative.Run(vectors, Linkage.Ward, VectorMetric.Cosine).CutByCount(6), tree.Label(tree.Tree.CutByCount(6)));
    }

    [Fact]
    public void Every_vector_is_in_the_group_whose_centroid_is_nearest_and_the_seed_decides_all()
    {
        var vectors = Unit(Blobs.Draw(500, 12, 9, 0.6, seed: 14));

        var tree = CentroidTree.Run(vectors, 60, Linkage.Average, seed: 5, threads: 1);
        var again = CentroidTree.Run(vectors, 60, Linkage.Average, seed: 5, threads: 2);

        var (labels, distances) = (new int[vectors.Rows], new float[vectors.Rows]);
        new NearestCentroid(tree.Centroids, VectorMetric.Cosine).Assign(vectors, labels, distances);
        Assert.Equal(labels, tree.Leaves);
        Assert.DoesNotContain(0, tree.Sizes);
        Assert.Equal(tree.Leaves, again.Leaves);
        Assert.Equal(tree.Tree.Merges, again.Tree.Merges);
        Assert.Throws<ArgumentOutOfRangeException>(() => CentroidTree.Run(vectors, Agglomerative.MaximumVectors + 1, Linkage.Ward));
    }

    [Fact]
    public void The_largest_cluster_of_a_cut_counts_what_its_leaves_stand_for()
    {
        var vectors = Unit(Blobs.Draw(400, 6, 5, 0.5, seed: 15));
        var tree = CentroidTree.Run(vectors, 50, Linkage.Ward, seed: 1);

        Assert.All(TreeCut.Sensible(tree.Tree, weights: tree.Sizes), cut => Assert.Equal(
            tree.Label(tree.Tree.CutByCount(cut.Clusters)).CountBy(label => label).Max(cluster => cluster.Value), cut.Largest));
    }

    static double Ward(VectorMatrix vectors, List<int> a, List<int> b)
    {
        var apart = TensorPrimitives.Distance<float>(Mean(vectors, a), Mean(vectors, b));
        return 2.0 * a.Count * b.Count / (a.Count + b.Count) * apart * apart / 2;
    }

    static double Average(VectorMatrix vectors, List<int> a, List<int> b) =>
        a.Average(one => b.Average(other => 1 - TensorPrimitives.Dot(vectors[one], vectors[other])));

    static float[] Mean(VectorMatrix vectors, List<int> rows)
    {
        var mean = new float[vectors.Dimensions];
        foreach (var row in rows)
        {
            TensorPrimitives.Add(mean, vectors[row], mean);
        }

        TensorPrimitives.Divide(mean, rows.Count, mean);
        return mean;
    }

    static VectorMatrix Unit(VectorMatrix vectors)
    {
        var values = vectors.Memory.ToArray();
        for (var row = 0; row < vectors.Rows; row++)
        {
            Distances.NormalizeL2(values.AsSpan(row * vectors.Dimensions, vectors.Dimensions));
        }

        return new(values, vectors.Rows, vectors.Dimensions);
    }
}
