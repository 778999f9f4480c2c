using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Layout;

/// <summary>A map on which neighbours stay neighbours: clusters become islands. Distances between islands mean little.</summary>
/// <remarks>
/// UMAP (McInnes, Healy and Melville, arXiv 1802.03426) over the exact graph of nearest neighbours: points start on the <see cref="PrincipalPlane"/>;
/// neighbours attract each other as often as they are strong, points drawn at random repel each other (five for every attraction), with ever
/// smaller steps. One thread: the same seed gives the same bytes. It differs from the authors' program in its start, where theirs takes the
/// spectrum of the graph.
/// <para>Cost: the graph (n² x dimensions multiply-adds), then some 30 n moves a round. Memory: twice the vectors, and about 1 kB a vector.</para>
/// </remarks>
public static class NeighbourLayout
{
    /// <summary>Neighbours by default: fewer show finer islands, more the whole.</summary>
    public const int DefaultNeighbours = 15;

    // The curve 1 / (1 + a d^2b) nearest to one that is 1 up to 0.1 and falls as exp(-d) beyond.
    const double A = 1.5769434;
    const double B = 0.8950608;
    const int Repelled = 5;
    const double LargestStep = 4;
    const double StartExtent = 10;
    const double RepulsionFloor = 1e-3;

    /// <summary>Lays out vectors.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="neighbours">How many neighbours of each are kept near, at least 2.</param>
    /// <param name="seed">The same seed, the same map.</param>
    /// <param name="threads">Threads for the graph, at least 1.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancel">Stops it.</param>
    /// <returns>A place for each vector.</returns>
    public static LayoutPoint[] Of(VectorMatrix vectors, VectorMetric metric, int neighbours = DefaultNeighbours, int seed = 0,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 2);
        if (vectors.Rows < 4)
        {
            return PrincipalPlane.Of(vectors, metric, seed, threads, cancel).Points;
        }

        var graph = NeighbourGraph.Build(vectors, Math.Min(neighbours, vectors.Rows - 1), metric, threads, null, cancel);
        return Of(vectors, metric, graph, seed, threads, progress, cancel);
    }

    /// <summary>Lays out vectors whose neighbours are known.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="graph">Their nearest neighbours by that metric.</param>
    /// <param name="seed">The same seed, the same map.</param>
    /// <param name="threads">Threads for the start, at least 1.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancel">Stops it; looked at before every round.</param>
    public static LayoutPoint[] Of(VectorMatrix vectors, VectorMetric metric, NeighbourGraph graph, int seed = 0,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        if (graph.Rows != vectors.Rows)
        {
            throw new ArgumentException($"Expected the neighbours of {vectors.Rows} vectors, got {graph.Rows}.", nameof(graph));
        }

        var (points, _) = PrincipalPlane.Coordinates(new(vectors, metric, threads, cancel), seed, threads, cancel);
        Spread(points, seed);
        var rounds = graph.Rows <= 10_000 ? 500 : 200;
        var edges = FuzzyEdges.Of(graph);
        edges.RemoveAll(edge => edge.Strength * rounds < 1); // never due
        var due = new double[edges.Count];
        for (var i = 0; i < due.Length; i++)
        {
            due[i] = 1 / edges[i].Strength;
        }

        var random = new Xoshiro((ulong)(uint)seed);
        for (var round = 0; round < rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var step = 1 - (double)round / rounds;
            for (var i = 0; i < due.Length; i++)
            {
                if (due[i] <= round + 1)
                {
                    due[i] += 1 / edges[i].Strength;
                    Move(points, edges[i].From, edges[i].To, step, ref random);
                }
            }

            progress?.Report((round + 1.0) / rounds);
        }

        return LayoutPoint.FillSquare(points);
    }

    /// <summary>Scales the start to the extent that the steps are made for; equal points are parted a little, or they would move as one.</summary>
    static void Spread(double[] points, int seed)
    {
        var random = new Random(seed);
        var largest = points.Max(Math.Abs);
        var scale = largest > 0 ? StartExtent / largest : 0;
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = points[i] * scale + 1e-2 * (random.NextDouble() - 0.5);
        }
    }

    static void Move(double[] points, int from, int to, double step, ref Xoshiro random)
    {
        var (x, y) = (points[2 * from] - points[2 * to], points[2 * from + 1] - points[2 * to + 1]);
        var squared = x * x + y * y;
        if (squared > 0)
        {
            var power = Math.Pow(squared, B);
            var pull = -2 * A * B * power / squared / (A * power + 1);
            var (moveX, moveY) = (step * Clip(pull * x), step * Clip(pull * y));
            points[2 * from] += moveX;
            points[2 * from + 1] += moveY;
            points[2 * to] -= moveX;
            points[2 * to + 1] -= moveY;
        }

        for (var i = 0; i < Repelled; i++)
        {
            var other = random.Below(points.Length / 2);
            if (other == from)
            {
                continue;
            }

            (x, y) = (points[2 * from] - points[2 * other], points[2 * from + 1] - points[2 * other + 1]);
            squared = x * x + y * y;
            var push = 2 * B / ((RepulsionFloor + squared) * (A * Math.Pow(squared, B) + 1));
            points[2 * from] += step * Clip(push * x);
            points[2 * from + 1] += step * Clip(push * y);
        }
    }

    static double Clip(double move) => Math.Clamp(move, -LargestStep, LargestStep);
}
