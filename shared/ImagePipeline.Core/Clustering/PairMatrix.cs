using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Clustering;

/// <summary>Distances between all pairs, each once: the lower triangle, row after row, n (n - 1) / 2 numbers.</summary>
/// <remarks>Row i holds the distances to 0 .. i - 1 and starts at i (i - 1) / 2. Memory: 2 n² bytes.</remarks>
sealed class PairMatrix
{
    /// <summary>Most vectors: the largest triangle that one array can hold (8.6 GB).</summary>
    public const int MaximumRows = 65_536;

    readonly float[] _distances;

    PairMatrix(int rows)
    {
        Rows = rows;
        _distances = GC.AllocateUninitializedArray<float>((int)((long)rows * (rows - 1) / 2));
    }

    /// <summary>How many rows; falls with <see cref="Keep"/>.</summary>
    public int Rows { get; private set; }

    /// <summary>Distances of a row to all before it.</summary>
    public Span<float> Row(int row) => _distances.AsSpan((int)Start(row), row);

    /// <summary>One distance, whichever of the two is larger.</summary>
    public ref float this[int a, int b] => ref _distances[a > b ? Start(a) + b : Start(b) + a];

    /// <summary>Where the distance of the first row below to this one is; the next row's is as many numbers further as that row has
    /// (row + 1, row + 2, ...).</summary>
    public ref float Below(int row) => ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_distances), (nint)Start(row + 1) + row);

    /// <summary>Computes all distances.</summary>
    /// <param name="vectors">At most <see cref="MaximumRows"/>.</param>
    /// <param name="isSquared">Squared distances, or those in the metric's unit.</param>
    /// <param name="threads">Threads, at least 1.</param>
    /// <param name="cancel">Stops it.</param>
    public static PairMatrix Of(ComparedVectors vectors, bool isSquared, int threads, CancellationToken cancel)
    {
        var matrix = new PairMatrix(vectors.Rows.Rows);
        _ = vectors.Columns;
        RowBlocks.Run(matrix.Rows, threads, (first, count) =>
        {
            var panels = (first + count + DotTiles.Columns - 1) / DotTiles.Columns;
            var sink = new Filled(matrix, vectors, isSquared);
            DotTiles.Run(vectors.Rows, first, count, vectors.Columns, panels, ref sink);
        }, cancel);
        return matrix;
    }

    /// <summary>Drops all rows but these, in place.</summary>
    /// <param name="kept">Ascending.</param>
    public void Keep(ReadOnlySpan<int> kept)
    {
        for (var row = 0; row < kept.Length; row++)
        {
            // Numbers only move towards the start, past none that is still to be read.
            var source = Row(kept[row]);
            var target = Row(row);
            for (var column = 0; column < row; column++)
            {
                target[column] = source[kept[column]];
            }
        }

        Rows = kept.Length;
    }

    static long Start(int row) => (long)row * (row - 1) / 2;

    /// <summary>Writes what lies below the diagonal.</summary>
    readonly unsafe struct Filled(PairMatrix matrix, ComparedVectors vectors, bool isSquared) : ITileSink
    {
        public void Accept(int row, int rows, int column, float* tile)
        {
            for (var r = row; r < row + rows; r++, tile += DotTiles.Columns)
            {
                var end = Math.Min(DotTiles.Columns, r - column);
                if (end <= 0)
                {
                    continue;
                }

                var length = vectors.SquaredLengths[r];
                var target = matrix.Row(r).Slice(column, end);
                for (var c = 0; c < end; c++)
                {
                    var squared = length - 2 * tile[c];
                    target[c] = squared < ComparedVectors.Near * (length + vectors.SquaredLengths[column + c])
                        ? vectors.Squared(r, column + c)
                        : squared;
                }

                if (!isSquared && vectors.Metric == VectorMetric.Euclidean)
                {
                    TensorPrimitives.Sqrt(target, target);
                }
                else if (!isSquared)
                {
                    TensorPrimitives.Divide(target, 2, target);
                }
            }
        }
    }
}
