using ImagePipeline.Core.Layout;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Places the first images of a run on a map on which neighbours stay neighbours.</summary>
static class RunMap
{
    /// <summary>With fewer there is nothing to be near to.</summary>
    const int LeastNeighbours = 2;

    /// <summary>A place for each of the first images, 0 to 1.</summary>
    /// <param name="vectors">Of the sample.</param>
    /// <param name="limit">Most images on the map.</param>
    /// <param name="seed">The same seed, the same map.</param>
    /// <param name="progress">Told how much is done, 0 to 1.</param>
    /// <param name="cancel">Ends it.</param>
    public static IReadOnlyList<LayoutPoint> Places(
        VectorMatrix vectors, int limit, int seed, IProgress<double>? progress, CancellationToken cancel)
    {
        var shown = vectors.Slice(0, Math.Min(limit, vectors.Rows));
        var neighbours = Math.Min(NeighbourLayout.DefaultNeighbours, shown.Rows - 1);
        return Spread(shown.Rows == 0 ? []
            : neighbours < LeastNeighbours ? PrincipalPlane.Of(shown, VectorMetric.Cosine, cancel: cancel).Points
            : NeighbourLayout.Of(shown, VectorMetric.Cosine, neighbours, seed, Environment.ProcessorCount, progress, cancel));
    }

    /// <summary>Moves every place half of the way to where it would be if all were evenly spread along each axis: a few
    /// islands far out would else press all others together in the middle.</summary>
    static LayoutPoint[] Spread(LayoutPoint[] points)
    {
        var (x, y) = (Ranks(points, static point => point.X), Ranks(points, static point => point.Y));
        return [.. points.Select((point, i) => new LayoutPoint((point.X + x[i]) / 2, (point.Y + y[i]) / 2))];
    }

    static float[] Ranks(LayoutPoint[] points, Func<LayoutPoint, float> along)
    {
        var ranks = new float[points.Length];
        var order = Enumerable.Range(0, points.Length).OrderBy(i => along(points[i])).ThenBy(i => i).ToArray();
        for (var rank = 0; rank < order.Length; rank++)
        {
            ranks[order[rank]] = order.Length == 1 ? 0.5f : (float)rank / (order.Length - 1);
        }

        return ranks;
    }
}
