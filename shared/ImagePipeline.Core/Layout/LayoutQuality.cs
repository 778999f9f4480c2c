using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Layout;

/// <summary>How far one may trust a map.</summary>
public static class LayoutQuality
{
    /// <summary>Trustworthiness: whether those near on the map are near in truth.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="metric">In which neighbours are counted.</param>
    /// <param name="points">Their places.</param>
    /// <param name="neighbours">How many neighbours on the map are looked at; below half the number of vectors.</param>
    /// <param name="sample">Most vectors whose neighbours are looked at, among all.</param>
    /// <param name="seed">Which.</param>
    /// <returns>0 to 1; 1 if all neighbours on the map are neighbours in truth, about a half where they are drawn at random.</returns>
    /// <remarks>Venna and Kaski, "Neighborhood preservation in nonlinear projection methods", ICANN 2001. Cost: sample x vectors x dimensions.</remarks>
    public static double Trustworthiness(VectorMatrix vectors, VectorMetric metric, ReadOnlySpan<LayoutPoint> points,
        int neighbours = 10, int sample = 1000, int seed = 0)
    {
        var n = vectors.Rows;
        if (points.Length != n)
        {
            throw new ArgumentException($"Expected {n} points, got {points.Length}.", nameof(points));
        }

        if (neighbours < 1 || 2 * neighbours >= n)
        {
            throw new ArgumentOutOfRangeException(nameof(neighbours), neighbours, $"Expected 1 to less than half of {n} vectors.");
        }

        var compared = new ComparedVectors(vectors, metric, 1, default);
        var rows = RowSample.Draw(n, Math.Min(n, sample), new Random(seed));
        var (truth, onMap) = (new float[n], new float[n]);
        var (order, ranks, near) = (new int[n], new int[n], new int[n]);
        var penalty = 0.0;
        foreach (var row in rows)
        {
            for (var other = 0; other < n; other++)
            {
                var (x, y) = (points[row].X - points[other].X, points[row].Y - points[other].Y);
                onMap[other] = other == row ? -1 : x * x + y * y;
                truth[other] = other == row ? -1 : compared.Squared(row, other);
                (order[other], near[other]) = (other, other);
            }

            Array.Sort(truth, order);
            Array.Sort(onMap, near);
            for (var rank = 0; rank < n; rank++)
            {
                ranks[order[rank]] = rank; // 0 is the vector itself
            }

            for (var i = 1; i <= neighbours; i++)
            {
                penalty += Math.Max(0, ranks[near[i]] - neighbours);
            }
        }

        return 1 - penalty * 2 / (rows.Length * (double)neighbours * (2.0 * n - 3 * neighbours - 1));
    }
}
