using System.Numerics.Tensors;
using System.Text.Json;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Tests.Hashing;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Trees that were stored, what is left of them without some vectors, and where people may cut them.</summary>
public sealed class TreeCutTests
{
    static readonly JsonElement Record = JsonDocument.Parse(
        File.ReadAllText(HashReferenceTests.RepositoryFile("tests/golden/clustering/cuts.json"))).RootElement;

    [Theory]
    [InlineData("single")]
    [InlineData("complete")]
    [InlineData("average")]
    [InlineData("ward")]
    public void Trees_of_scipy_are_cut_as_scipy_cuts_them(string linkage)
    {
        var (expected, tree) = Recorded(linkage);

        Assert.Equal(Golden.Integers(expected.GetProperty("sizes")), tree.Merges.Select(merge => merge.Size));
        foreach (var cut in expected.GetProperty("cuts").EnumerateArray())
        {
            var clusters = cut.GetProperty("clusters").GetInt32();
            Blobs.AssertSamePartition(Golden.Integers(cut.GetProperty("labels")), tree.CutByCount(clusters));
            Assert.Equal(cut.GetProperty("largest").GetInt32(), TreeCut.Of(tree, clusters).Largest);
        }

        foreach (var cut in expected.GetProperty("far").EnumerateArray())
        {
            Blobs.AssertSamePartition(Golden.Integers(cut.GetProperty("labels")), tree.CutByDistance(cut.GetProperty("distance").GetDouble()));
        }
    }

    [Theory]
    [InlineData("single")]
    [InlineData("complete")]
    [InlineData("average")]
    [InlineData("ward")]
    public void Without_some_vectors_the_others_are_grouped_as_scipy_groups_them_with_these(string linkage)
    {
        var (expected, tree) = Recorded(linkage);
        var gone = Golden.Integers(Record.GetProperty("gone")).ToHashSet();

        var left = tree.Keep([.. Enumerable.Range(0, tree.Leaves).Select(leaf => !gone.Contains(leaf))]);

        foreach (var cut in expected.GetProperty("far").EnumerateArray())
        {
            Blobs.AssertSamePartition(Golden.Integers(cut.GetProperty("left")), left.CutByDistance(cut.GetProperty("distance").GetDouble()));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    [InlineData(1.0)]
    public void What_is_left_has_the_cuts_of_the_whole_that_tell_its_vectors_apart(double share)
    {
        var random = new Random(5);
        var tree = Agglomerative.Run(Blobs.Draw(120, 6, 7, 0.8, seed: 4), Linkage.Average, VectorMetric.Cosine);
        bool[] kept = [.. Enumerable.Range(0, tree.Leaves).Select(_ => random.NextDouble() >= share)];

        var left = tree.Keep(kept);

        // Naive: every cut of the whole, restricted. Of those with as many clusters all are the same.
        var restricted = Enumerable.Range(1, tree.Leaves).Select(clusters => tree.CutByCount(clusters).Where((_, leaf) => kept[leaf]).ToArray())
            .ToLookup(labels => labels.Distinct().Count());
        Assert.Equal(kept.Count(stays => stays), left.Leaves);
        Assert.All(Enumerable.Range(1, left.Leaves), clusters => Assert.All(restricted[clusters],
            labels => Blobs.AssertSamePartition(labels, left.CutByCount(clusters))));
        Assert.Equal(left.Leaves, restricted.Where(of => of.Key > 0).Select(of => of.Key).Count());
        Assert.Equal(left.Merges, Rebuilt(left).Merges);
    }

    [Fact]
    public void A_tree_that_is_stored_and_read_is_the_same_and_what_is_none_is_refused()
    {
        var tree = Agglomerative.Run(Blobs.Draw(50, 4, 3, 1, seed: 6), Linkage.Ward, VectorMetric.Cosine);

        Assert.Equal(tree.Merges, Rebuilt(tree).Merges);
        Assert.Empty(Dendrogram.Of(1, [], [], []).Merges);
        Assert.Throws<ArgumentException>(() => Dendrogram.Of(3, [0], [1], [1f]));
        Assert.Throws<ArgumentException>(() => Dendrogram.Of(3, [0, 0], [1, 2], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => Dendrogram.Of(3, [0, 2], [4, 3], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => Dendrogram.Of(3, [0, 2], [1, 3], [2f, 1f]));
        Assert.Throws<ArgumentException>(() => Dendrogram.Of(3, [0, 2], [-1, 3], [1f, 2f]));
        Assert.Throws<ArgumentException>(() => tree.Keep([true]));
    }

    [Fact]
    public void Half_the_square_of_Wards_distance_of_two_vectors_is_their_cosine_distance_and_cuts_stay()
    {
        var vectors = Blobs.Draw(80, 5, 6, 0.7, seed: 7);
        var tree = Agglomerative.Run(vectors, Linkage.Ward, VectorMetric.Cosine);

        var cosine = tree.HalfSquared();

        var nearest = 1 - TensorPrimitives.CosineSimilarity(
            vectors.Select([tree.Merges[0].A]).Memory.Span, vectors.Select([tree.Merges[0].B]).Memory.Span);
        Assert.Equal(nearest, cosine.Merges[0].Distance, 1e-5);
        Assert.All(Enumerable.Range(1, 80), clusters => Assert.Equal(tree.CutByCount(clusters), cosine.CutByCount(clusters)));
    }

    [Theory]
    [InlineData(Linkage.Ward)]
    [InlineData(Linkage.Average)]
    [InlineData(Linkage.Single)]
    public void The_distance_of_a_cut_gives_that_cut(Linkage linkage)
    {
        var tree = Agglomerative.Run(Blobs.Draw(200, 8, 10, 0.5, seed: 8), linkage, VectorMetric.Cosine);

        Assert.All(Enumerable.Range(1, 200), clusters => Assert.Equal(
            tree.CutByCount(clusters), tree.CutByDistance(TreeCut.Of(tree, clusters).Distance!.Value)));
    }

    [Fact]
    public void Cuts_to_choose_from_have_the_number_of_the_blobs_and_go_from_few_to_many()
    {
        var tree = Agglomerative.Run(Blobs.Draw(400, 16, 9, 0.1, seed: 9), Linkage.Average, VectorMetric.Cosine);

        var cuts = TreeCut.Sensible(tree);

        Assert.Equal(8, cuts.Count);
        Assert.Contains(9, cuts.Select(cut => cut.Clusters));
        Assert.Equal(cuts.Select(cut => cut.Clusters).Distinct().Order(), cuts.Select(cut => cut.Clusters));
        Assert.InRange(cuts[^1].Clusters, 50, 100);
        Assert.All(cuts, cut => Assert.Equal(TreeCut.Of(tree, cut.Clusters), cut));
        Assert.Equal(cuts.Select(cut => cut.Largest).OrderDescending(), cuts.Select(cut => cut.Largest));
        Assert.True(TreeCut.Sensible(tree, most: 12)[^1].Clusters <= 12);
    }

    [Fact]
    public void Small_trees_and_equal_vectors_have_few_cuts_and_no_distance_that_tells_them_apart()
    {
        var equal = Agglomerative.Run(new(Enumerable.Repeat(1f, 70).ToArray(), 10, 7), Linkage.Average, VectorMetric.Cosine);

        Assert.Equal([2], TreeCut.Sensible(equal).Select(cut => cut.Clusters));
        Assert.Null(TreeCut.Sensible(equal)[0].Distance);
        Assert.Equal([2], TreeCut.Sensible(Agglomerative.Run(Blobs.Draw(2, 3, 1, 1, 1), Linkage.Ward, VectorMetric.Cosine)).Select(cut => cut.Clusters));
        Assert.Empty(TreeCut.Sensible(new Dendrogram(1, [])));
    }

    static Dendrogram Rebuilt(Dendrogram tree) => Dendrogram.Of(
        tree.Leaves, [.. tree.Merges.Select(merge => merge.A)], [.. tree.Merges.Select(merge => merge.B)], [.. tree.Merges.Select(merge => merge.Distance)]);

    static (JsonElement Expected, Dendrogram Tree) Recorded(string linkage)
    {
        var expected = Record.GetProperty("trees").EnumerateArray().Single(tree => tree.GetProperty("linkage").GetString() == linkage);
        var heights = Golden.Numbers(expected.GetProperty("heights"));
        return (expected, Dendrogram.Of(
            heights.Length + 1, Golden.Integers(expected.GetProperty("a")), Golden.Integers(expected.GetProperty("b")),
            [.. heights.Select(height => (float)height)]));
    }
}
