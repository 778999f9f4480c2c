using System.Runtime.InteropServices;
using ImagePipeline.Core.Layout;
using ImagePipeline.Core.Tests.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Layout;

public sealed class LayoutTests
{
    [Fact]
    public void The_plane_is_that_of_scikit_learn_but_for_the_sign_of_its_axes()
    {
        var expected = Golden.Record.GetProperty("pca");

        var (coordinates, shares) = PrincipalPlane.Coordinates(new(Golden.Vectors, VectorMetric.Euclidean, 1, default), 0, 2, default);

        var points = expected.GetProperty("points").EnumerateArray().Select(Golden.Numbers).ToArray();
        for (var axis = 0; axis < 2; axis++)
        {
            Assert.Equal(Golden.Numbers(expected.GetProperty("variance"))[axis], shares[axis], 1e-6);
            var sign = Math.Sign(points[0][axis] * coordinates[axis]);
            for (var row = 0; row < points.Length; row++)
            {
                Assert.Equal(points[row][axis], sign * coordinates[2 * row + axis], 1e-4);
            }
        }
    }

    [Fact]
    public void Trustworthiness_is_that_of_scikit_learn()
    {
        // The first two numbers of each vector as its place, drawn as they are.
        var points = Enumerable.Range(0, 600).Select(row => new LayoutPoint(Golden.Vectors[row][0], Golden.Vectors[row][1])).ToArray();

        var trust = LayoutQuality.Trustworthiness(Golden.Vectors, VectorMetric.Euclidean, points);

        Assert.Equal(Golden.Record.GetProperty("trustworthiness").GetDouble(), trust, 1e-6);
    }

    [Theory]
    [InlineData(VectorMetric.Euclidean)]
    [InlineData(VectorMetric.Cosine)]
    public void A_map_of_neighbours_keeps_them_far_better_than_the_plane(VectorMetric metric)
    {
        var vectors = Blobs.Draw(1500, 32, 30, 0.5, seed: 1);

        var plane = PrincipalPlane.Of(vectors, metric, threads: 2).Points;
        var map = NeighbourLayout.Of(vectors, metric, threads: 2);

        var (flat, kept) = (LayoutQuality.Trustworthiness(vectors, metric, plane), LayoutQuality.Trustworthiness(vectors, metric, map));
        Assert.True(1 - kept < (1 - flat) / 3, $"plane {flat:f3}, map {kept:f3}");
        Assert.True(SameCluster(map, 30) > 0.95, $"{SameCluster(map, 30):f3} of neighbours on the map are of the same cluster");
        AssertFillsTheSquare(plane);
        AssertFillsTheSquare(map);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_on_any_number_of_threads_and_another_seed_another_map()
    {
        var vectors = Blobs.Draw(600, 12, 8, 0.7, seed: 2);

        var one = NeighbourLayout.Of(vectors, VectorMetric.Cosine, seed: 3, threads: 1);
        var two = NeighbourLayout.Of(vectors, VectorMetric.Cosine, seed: 3, threads: 4);
        var other = NeighbourLayout.Of(vectors, VectorMetric.Cosine, seed: 4);

        Assert.True(MemoryMarshal.AsBytes<LayoutPoint>(one).SequenceEqual(MemoryMarshal.AsBytes<LayoutPoint>(two)));
        Assert.False(MemoryMarshal.AsBytes<LayoutPoint>(one).SequenceEqual(MemoryMarshal.AsBytes<LayoutPoint>(other)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(20)]
    public void Few_equal_and_flat_vectors_are_laid_out_too(int rows)
    {
        foreach (var vectors in new VectorMatrix[]
        {
            Blobs.Draw(Math.Max(rows, 1), 3, 1, 1, 1).Slice(0, rows), new(new float[rows * 3], rows, 3), new(new float[rows], rows, 1),
        })
        {
            foreach (var points in new[] { NeighbourLayout.Of(vectors, VectorMetric.Cosine), PrincipalPlane.Of(vectors, VectorMetric.Euclidean).Points })
            {
                Assert.Equal(rows, points.Length);
                Assert.All(points, point => Assert.True(point is { X: >= 0 and <= 1, Y: >= 0 and <= 1 }));
            }
        }
    }

    static void AssertFillsTheSquare(LayoutPoint[] points)
    {
        Assert.All(points, point => Assert.True(point is { X: >= 0 and <= 1, Y: >= 0 and <= 1 }));
        var (wide, high) = (points.Max(p => p.X) - points.Min(p => p.X), points.Max(p => p.Y) - points.Min(p => p.Y));
        Assert.Equal(1, Math.Max(wide, high), 1e-5);
    }

    static double SameCluster(LayoutPoint[] points, int clusters) => Enumerable.Range(0, points.Length).Average(row =>
        Enumerable.Range(0, points.Length).Where(other => other != row)
            .OrderBy(other => Math.Pow(points[row].X - points[other].X, 2) + Math.Pow(points[row].Y - points[other].Y, 2))
            .Take(10).Average(other => other % clusters == row % clusters ? 1.0 : 0));
}
