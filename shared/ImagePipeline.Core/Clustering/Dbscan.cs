using System.Numerics;
using System.Numerics.Tensors;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Clusters are what is connected through dense places; what is near no dense place is noise.</summary>
/// <remarks>
/// Ester, Kriegel, Sander and Xu, "A Density-Based Algorithm for Discovering Clusters", KDD 1996. A vector is a core if at least so many vectors,
/// itself among them, lie within the radius. Cores within the radius of each other share a cluster; another vector within the radius of a core
/// joins the first such cluster; the rest is noise. Clusters are numbered by their first cores. All of it as in scikit-learn, the order included.
/// <para>Cost: three passes over half or all pairs, 2 n² x dimensions multiply-adds at most. Memory: twice the vectors, 16 bytes a vector; the
/// pairs, which may be n², are never stored.</para>
/// </remarks>
public static class Dbscan
{
    /// <summary>The label of a vector in no cluster.</summary>
    public const int Noise = -1;

    /// <summary>Groups vectors.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="radius">Largest distance of neighbours, in the metric's unit, above 0.</param>
    /// <param name="leastNeighbours">A core has that many vectors within the radius, itself counted; at least 1.</param>
    /// <param name="metric">What counts as near.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="progress">Told the share of the work done, 0 to 1.</param>
    /// <param name="cancel">Stops it; looked at every 512 vectors.</param>
    /// <returns>The cluster of each vector, or <see cref="Noise"/>.</returns>
    public static int[] Run(VectorMatrix vectors, double radius, int leastNeighbours, VectorMetric metric,
        int threads = 1, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(radius);
        ArgumentOutOfRangeException.ThrowIfLessThan(leastNeighbours, 1);
        var labels = new int[vectors.Rows];
        Array.Fill(labels, Noise);
        if (vectors.Rows == 0)
        {
            return labels;
        }

        var compared = new ComparedVectors(vectors, metric, threads, cancel);
        var pass = new Pass(compared, compared.SquaredOf(radius), TensorPrimitives.Max<float>(compared.SquaredLengths), threads, cancel);
        _ = compared.Columns;

        var neighbours = new int[vectors.Rows];
        pass.Over(false, new Counted(neighbours));
        progress?.Report(1 / 3.0);
        bool[] isCore = [.. neighbours.Select(count => count >= leastNeighbours)];

        var sets = new DisjointSets(vectors.Rows);
        pass.Over(true, new Joined(isCore, sets));
        progress?.Report(2 / 3.0);
        var numbers = new Dictionary<int, int>();
        for (var row = 0; row < labels.Length; row++)
        {
            if (isCore[row])
            {
                numbers.TryAdd(sets.Find(row), numbers.Count);
                labels[row] = numbers[sets.Find(row)];
            }
        }

        var first = new int[vectors.Rows];
        Array.Fill(first, int.MaxValue);
        pass.Over(false, new Reached(isCore, labels, first));
        for (var row = 0; row < labels.Length; row++)
        {
            labels[row] = isCore[row] || first[row] == int.MaxValue ? labels[row] : first[row];
        }

        progress?.Report(1);
        return labels;
    }

    sealed record Pass(ComparedVectors Vectors, float SquaredRadius, float Longest, int Threads, CancellationToken Cancel)
    {
        /// <summary>Shows a sink all pairs within the radius, or those below the diagonal (and a few more).</summary>
        public void Over<TSink>(bool isHalf, TSink sink) where TSink : struct, IWithinSink =>
            RowBlocks.Run(Vectors.Rows.Rows, Threads, (first, count) =>
            {
                var tiles = new PairsWithin<TSink>(Vectors, SquaredRadius, Longest, sink);
                var panels = isHalf ? (first + count + DotTiles.Columns - 1) / DotTiles.Columns : Vectors.Columns.Panels;
                DotTiles.Run(Vectors.Rows, first, count, Vectors.Columns, panels, ref tiles);
            }, Cancel);
    }

    readonly struct Counted(int[] neighbours) : IWithinSink
    {
        public void Accept(int row, int column, ulong within) => neighbours[row] += BitOperations.PopCount(within);
    }

    /// <summary>Joins cores; under a lock, since blocks of several threads meet. What sets there are in the end does not depend on the order.</summary>
    readonly struct Joined(bool[] isCore, DisjointSets sets) : IWithinSink
    {
        public void Accept(int row, int column, ulong within)
        {
            if (!isCore[row])
            {
                return;
            }

            lock (sets)
            {
                for (; within != 0; within &= within - 1)
                {
                    var other = column + BitOperations.TrailingZeroCount(within);
                    if (isCore[other])
                    {
                        sets.Join(row, other);
                    }
                }
            }
        }
    }

    /// <summary>The first cluster of which a core is near.</summary>
    readonly struct Reached(bool[] isCore, int[] labels, int[] first) : IWithinSink
    {
        public void Accept(int row, int column, ulong within)
        {
            for (; !isCore[row] && within != 0; within &= within - 1)
            {
                var other = column + BitOperations.TrailingZeroCount(within);
                if (isCore[other])
                {
                    first[row] = Math.Min(first[row], labels[other]);
                }
            }
        }
    }
}
