using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// Shrinks luma to PDQ's 64 x 64 cells: two box passes along the rows and along the columns in turn (a tent filter),
/// then one value from the centre of each cell.
/// </summary>
/// <remarks>
/// Source: ThreatExchange, pdq/cpp/downscaling/downscaling.cpp. A box sum is carried from one output to the next, so
/// its rounding errors wander, and where coefficients tie (flat, symmetric and drawn pictures) they decide the bits.
/// So this does the reference's single-precision additions, subtractions and divisions in the reference's order, and
/// is fast only by layout: each lane of a vector carries one row (or one column), rows being transposed in strips.
/// The last pass runs over the 64 columns that are kept, not over all.
/// Cost: about 8 additions and 2 divisions per pixel.
/// </remarks>
static class JaroszFilter
{
    /// <summary>Cells along each side of the result.</summary>
    public const int Cells = 64;

    /// <summary>Rows in a strip: two vectors, so that two chains of additions overlap.</summary>
    public static readonly int Strip = Math.Max(2 * Vector<float>.Count, SquareTranspose.Edge);

    /// <summary>Rounds up to whole strips.</summary>
    public static int Padded(int length) => (length + Strip - 1) / Strip * Strip;

    /// <summary>Filters and decimates.</summary>
    /// <param name="plane">Luma, 0 to 255, row-major, rows Padded(<paramref name="width"/>) apart, Padded(<paramref
    /// name="height"/>) of them; the padding must be finite. Overwritten.</param>
    /// <param name="width">Pixels across, at least 1.</param>
    /// <param name="height">Pixels down, at least 1.</param>
    /// <param name="cells">Receives 64 x 64 lumas, row-major, 0 to 255.</param>
    public static void Decimate(Span<float> plane, int width, int height, Span<float> cells)
    {
        var stride = Padded(width);
        var paddedHeight = Padded(height);
        var along = BoxWindow.For(width);
        var down = BoxWindow.For(height);
        var pool = ArrayPool<float>.Shared;
        var scratch = pool.Rent((2 * stride * Strip) + stride + (Cells * Strip) + (paddedHeight * Cells));
        var rest = scratch.AsSpan();
        var columns = Take(ref rest, stride * Strip);
        var sums = Take(ref rest, stride * Strip);
        var columnSums = Take(ref rest, stride);
        var kept = Take(ref rest, Cells * Strip);
        var narrow = Take(ref rest, paddedHeight * Cells);
        sums.Clear();

        for (var top = 0; top < paddedHeight; top += Strip)
        {
            var strip = plane.Slice(top * stride, Strip * stride);
            SquareTranspose.Run(strip, stride, Strip, stride, columns, Strip);
            Slide(columns, sums, along, mean: true);
            SquareTranspose.Run(sums, Strip, stride, Strip, strip, stride);
        }

        columnSums.Clear();
        AddAheadRows(plane, stride, columnSums, down);
        for (var top = 0; top < paddedHeight; top += Strip)
        {
            for (var row = 0; row < Strip; row++)
            {
                // Rows below the picture keep what the strip before left there; nothing reads them again.
                if (top + row < height)
                {
                    MoveDown(plane, stride, columnSums, down, top + row, sums.Slice(row * stride, stride));
                }
            }

            SquareTranspose.Run(sums, stride, Strip, stride, columns, Strip);
            Slide(columns, sums, along, mean: false);
            KeepCentres(sums, along, kept);
            SquareTranspose.Run(kept, Strip, Cells, Strip, narrow[(top * Cells)..], Cells);
        }

        var narrowSums = columnSums.Length >= Cells ? columnSums[..Cells] : kept[..Cells];
        narrowSums.Clear();
        AddAheadRows(narrow, Cells, narrowSums, down);
        for (int output = 0, cell = 0; output < height; output++)
        {
            var wanted = cell < Cells && down.CentreOf(cell) == output ? cells.Slice(cell * Cells, Cells) : default;
            MoveDown(narrow, Cells, narrowSums, down, output, wanted);
            for (; cell < Cells && down.CentreOf(cell) == output; cell++)
            {
                wanted.CopyTo(cells.Slice(cell * Cells, Cells));
            }
        }

        pool.Return(scratch);
    }

    static Span<float> Take(ref Span<float> from, int length)
    {
        var taken = from[..length];
        from = from[length..];
        return taken;
    }

    /// <summary>Slides the window along Strip rows at once; a column holds Strip floats.</summary>
    /// <param name="columns">Luma, window.Length x Strip.</param>
    /// <param name="slid">Receives a mean or a sum for each column.</param>
    /// <param name="window">The window.</param>
    /// <param name="mean">Whether to divide, which is wasted where few columns are kept.</param>
    static void Slide(ReadOnlySpan<float> columns, Span<float> slid, BoxWindow window, bool mean)
    {
        var (length, ahead, behind, lanes) = (window.Length, window.Ahead, window.Behind, Vector<float>.Count);
        for (var lane = 0; lane < Strip; lane += 2 * lanes)
        {
            ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(columns), lane);
            ref var target = ref Unsafe.Add(ref MemoryMarshal.GetReference(slid), lane);
            Vector<float> first = default, second = default;
            for (var input = 0; input < ahead; input++)
            {
                first += At(ref source, input, 0);
                second += At(ref source, input, lanes);
            }

            var count = ahead;
            for (var output = 0; output < length; output++)
            {
                if (output + ahead < length)
                {
                    first += At(ref source, output + ahead, 0);
                    second += At(ref source, output + ahead, lanes);
                    count++;
                }

                if (output >= behind)
                {
                    first -= At(ref source, output - behind, 0);
                    second -= At(ref source, output - behind, lanes);
                    count--;
                }

                var divisor = new Vector<float>(mean ? count : 1);
                (mean ? first / divisor : first).StoreUnsafe(ref target, (nuint)(output * Strip));
                (mean ? second / divisor : second).StoreUnsafe(ref target, (nuint)((output * Strip) + lanes));
            }
        }
    }

    static Vector<float> At(ref float source, int column, int lane) =>
        Vector.LoadUnsafe(ref source, (nuint)((column * Strip) + lane));

    static void KeepCentres(ReadOnlySpan<float> sums, BoxWindow window, Span<float> kept)
    {
        for (var cell = 0; cell < Cells; cell++)
        {
            var column = window.CentreOf(cell);
            TensorPrimitives.Divide(
                sums.Slice(column * Strip, Strip), window.CountAt(column), kept.Slice(cell * Strip, Strip));
        }
    }

    /// <summary>Starts the column sums with the rows that the first output reads ahead of itself.</summary>
    static void AddAheadRows(ReadOnlySpan<float> rows, int stride, Span<float> sums, BoxWindow window)
    {
        for (var input = 0; input < window.Ahead; input++)
        {
            TensorPrimitives.Add(sums, rows.Slice(input * stride, stride), sums);
        }
    }

    /// <summary>Moves the column sums on to one output row, and writes their means if there is room for them.</summary>
    static void MoveDown(
        ReadOnlySpan<float> rows, int stride, Span<float> sums, BoxWindow window, int output, Span<float> means)
    {
        var added = output + window.Ahead;
        var removed = output - window.Behind;
        if (added < window.Length && removed >= 0)
        {
            MoveDown(
                rows.Slice(added * stride, stride), rows.Slice(removed * stride, stride), sums, window.Size, means);
            return;
        }

        if (added < window.Length)
        {
            TensorPrimitives.Add(sums, rows.Slice(added * stride, stride), sums);
        }

        if (removed >= 0)
        {
            TensorPrimitives.Subtract(sums, rows.Slice(removed * stride, stride), sums);
        }

        if (!means.IsEmpty)
        {
            TensorPrimitives.Divide(sums, window.CountAt(output), means);
        }
    }

    /// <summary>The same for the many rows in the middle, in one go. Multiplying by 1/2, 1/4 … instead of dividing
    /// is the same to the last bit.</summary>
    static void MoveDown(
        ReadOnlySpan<float> added, ReadOnlySpan<float> removed, Span<float> sums, int count, Span<float> means)
    {
        var powerOfTwo = BitOperations.IsPow2(count);
        var divisor = new Vector<float>(powerOfTwo ? 1f / count : count);
        for (var x = 0; x < sums.Length; x += Vector<float>.Count)
        {
            var sum = new Vector<float>(sums[x..]) + new Vector<float>(added[x..]) - new Vector<float>(removed[x..]);
            sum.CopyTo(sums[x..]);
            if (!means.IsEmpty)
            {
                (powerOfTwo ? sum * divisor : sum / divisor).CopyTo(means[x..]);
            }
        }
    }
}
