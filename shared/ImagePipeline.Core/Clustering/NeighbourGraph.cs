using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>The nearest other vectors of every vector, exact.</summary>
/// <param name="Rows">How many vectors.</param>
/// <param name="Neighbours">How many neighbours each has.</param>
/// <param name="Nearest">Row-major, <paramref name="Rows"/> x <paramref name="Neighbours"/>: rows of the neighbours, nearest first, of equally near ones the
/// first; never the vector itself.</param>
/// <param name="Distances">Their distances, in the metric's unit.</param>
public sealed record NeighbourGraph(int Rows, int Neighbours, int[] Nearest, float[] Distances)
{
    /// <summary>Most neighbours.</summary>
    public const int MaximumNeighbours = 256;

    /// <summary>Neighbours of one vector, nearest first.</summary>
    public ReadOnlySpan<int> Of(int row) => Nearest.AsSpan(row * Neighbours, Neighbours);

    /// <summary>Distances of the neighbours of one vector.</summary>
    public ReadOnlySpan<float> DistancesOf(int row) => Distances.AsSpan(row * Neighbours, Neighbours);

    /// <summary>Compares all with all.</summary>
    /// <param name="vectors">At least one more than neighbours.</param>
    /// <param name="neighbours">How many for each, 1 to <see cref="MaximumNeighbours"/>.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the vectors done, 0 to 1; from several threads.</param>
    /// <param name="cancel">Stops it; looked at every 512 vectors.</param>
    /// <remarks>Cost: n² x dimensions multiply-adds. Products choose four more than asked for, then the differences decide. Memory: twice
    /// the vectors, and 8 bytes a neighbour.</remarks>
    public static NeighbourGraph Build(VectorMatrix vectors, int neighbours, VectorMetric metric, int threads = 1,
        IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var compared = new ComparedVectors(vectors, metric, threads, cancel);
        var graph = Squared(compared, neighbours, threads, progress, cancel);
        for (var i = 0; i < graph.Distances.Length; i++)
        {
            graph.Distances[i] = compared.Distance(graph.Distances[i]);
        }

        return graph;
    }

    /// <summary>The same with squared distances.</summary>
    internal static NeighbourGraph Squared(
        ComparedVectors vectors, int neighbours, int threads, IProgress<double>? progress, CancellationToken cancel)
    {
        const int spare = 4;
        var rows = vectors.Rows.Rows;
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbours, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighbours, MaximumNeighbours);
        if (neighbours >= rows)
        {
            throw new ArgumentException($"{rows} vectors cannot have {neighbours} others as neighbours.", nameof(neighbours));
        }

        var (nearest, distances) = (new int[rows * neighbours], new float[rows * neighbours]);
        var taken = Math.Min(rows - 1, neighbours + spare);
        var done = 0;
        _ = vectors.Columns;
        RowBlocks.Run(rows, threads, (first, count) =>
        {
            var found = LargestProducts.Find(vectors, first, count, taken);
            var exact = new float[taken];
            for (var row = first; row < first + count; row++)
            {
                var candidates = found.AsSpan((row - first) * taken, taken);
                candidates.Sort(); // by row first, so that a stable sort by distance leaves equal ones in order
                for (var i = 0; i < taken; i++)
                {
                    exact[i] = vectors.Squared(row, candidates[i]);
                }

                SortStable(exact, candidates);
                candidates[..neighbours].CopyTo(nearest.AsSpan(row * neighbours));
                exact.AsSpan(0, neighbours).CopyTo(distances.AsSpan(row * neighbours));
            }

            progress?.Report((double)Interlocked.Add(ref done, count) / rows);
        }, cancel);
        return new(rows, neighbours, nearest, distances);
    }

    static void SortStable(Span<float> keys, Span<int> values)
    {
        for (var i = 1; i < keys.Length; i++)
        {
            var (key, value) = (keys[i], values[i]);
            var at = i;
            for (; at > 0 && keys[at - 1] > key; at--)
            {
                (keys[at], values[at]) = (keys[at - 1], values[at - 1]);
            }

            (keys[at], values[at]) = (key, value);
        }
    }
}
