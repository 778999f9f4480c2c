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
/// its rounding errors wander, and where coefficients tie (flat, symmetric and drawn pictures) they decide the bits. So this
/// does the reference's single-precision additions, subtractions and divisions in the reference's order, and is fast only
/// by layout: each lane of a vector carries one row (or one column), rows being transposed in strips. The last pass
/// runs over the 64 columns that are kept, not over all.
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
    /// <param name="plane">Luma, 0 to 255, row-major, rows Padded(<paramref name="width"/>) apart, Padded(<paramref name="height"/>)
    /// of them; the padding must be finite. Overwritten.</param>
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
            CarrySums(columns, sums, along);
            DivideColumns(sums, along);
            SquareTranspose.Run(sums, Strip, stride, Strip, strip, stride);
        }

        columnSums.Clear();
        AddAheadRows(plane, stride, columnSums, down);
        for (var top = 0; top < paddedHeight; top += Strip)
        {
            for (var row = 0; row < Strip; row++)
            {
                // Rows below the picture are never read again; the last one stands in for them.
                var output = Math.Min(top + row, height - 1);
                MoveDown(plane, stride, columnSums, down, output, top + row < height);
                Divide(columnSums, down.CountAt(output), sums.Slice(row * stride, stride));
            }

            SquareTranspose.Run(sums, stride, Strip, stride, columns, Strip);
            CarrySums(columns, sums, along);
            KeepCentres(sums, along, kept);
            SquareTranspose.Run(kept, Strip, Cells, Strip, narrow[(top * Cells)..], Cells);
        }

        var narrowSums = columnSums.Length >= Cells ? columnSums[..Cells] : kept[..Cells];
        narrowSums.Clear();
        AddAheadRows(narrow, Cells, narrowSums, down);
        for (int output = 0, cell = 0; output < height; output++)
        {
            MoveDown(narrow, Cells, narrowSums, down, output, true);
            for (; cell < Cells && down.CentreOf(cell) == output; cell++)
            {
                Divide(narrowSums, down.CountAt(output), cells.Slice(cell * Cells, Cells));
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

    /// <summary>Sums of the window around each column, for Strip rows at once; the columns hold Strip floats each.</summary>
    static void CarrySums(ReadOnlySpan<float> columns, Span<float> sums, BoxWindow window)
    {
        var lanes = Vector<float>.Count;
        for (var lane = 0; lane < Strip; lane += 2 * lanes)
        {
            ref var source = ref Unsafe.Add(ref MemoryMarshal.GetReference(columns), lane);
            ref var target = ref Unsafe.Add(ref MemoryMarshal.GetReference(sums), lane);
            Vector<float> first = default, second = default;
            for (var input = 0; input < window.Ahead; input++)
            {
                first += At(ref source, input, 0);
                second += At(ref source, input, lanes);
            }

            for (var output = 0; output < window.Length; output++)
            {
                if (output + window.Ahead < window.Length)
                {
                    first += At(ref source, output + window.Ahead, 0);
                    second += At(ref source, output + window.Ahead, lanes);
                }

                if (output >= window.Behind)
                {
                    first -= At(ref source, output - window.Behind, 0);
                    second -= At(ref source, output - window.Behind, lanes);
                }

                first.StoreUnsafe(ref target, (nuint)(output * Strip));
                second.StoreUnsafe(ref target, (nuint)((output * Strip) + lanes));
            }
        }
    }

    static Vector<float> At(ref float source, int column, int lane) =>
        Vector.LoadUnsafe(ref source, (nuint)((column * Strip) + lane));

    static void DivideColumns(Span<float> sums, BoxWindow window)
    {
        for (var column = 0; column < window.Length; column++)
        {
            var values = sums.Slice(column * Strip, Strip);
            Divide(values, window.CountAt(column), values);
        }
    }

    static void KeepCentres(ReadOnlySpan<float> sums, BoxWindow window, Span<float> kept)
    {
        for (var cell = 0; cell < Cells; cell++)
        {
            var column = window.CentreOf(cell);
            Divide(sums.Slice(column * Strip, Strip), window.CountAt(column), kept.Slice(cell * Strip, Strip));
        }
    }

    /// <summary>Starts the column sums with the rows that the first output reads ahead of itself.</summary>
    static void AddAheadRows(ReadOnlySpan<float> rows, int stride, Span<float> sums, BoxWindow window)
    {
        for (var input = 0; input < window.Ahead; input++)
        {
            Add(rows.Slice(input * stride, stride), sums);
        }
    }

    /// <summary>Moves the column sums on to one output row.</summary>
    static void MoveDown(ReadOnlySpan<float> rows, int stride, Span<float> sums, BoxWindow window, int output, bool inside)
    {
        if (inside && output + window.Ahead < window.Length)
        {
            Add(rows.Slice((output + window.Ahead) * stride, stride), sums);
        }

        if (inside && output >= window.Behind)
        {
            Subtract(rows.Slice((output - window.Behind) * stride, stride), sums);
        }
    }

    static void Add(ReadOnlySpan<float> row, Span<float> sums) => TensorPrimitives.Add(sums, row, sums);

    static void Subtract(ReadOnlySpan<float> row, Span<float> sums) => TensorPrimitives.Subtract(sums, row, sums);

    /// <summary>Divides as the reference does. Multiplying by 1/2, 1/4 … is the same to the last bit, and cheaper.</summary>
    static void Divide(ReadOnlySpan<float> sums, int count, Span<float> means)
    {
        if (BitOperations.IsPow2(count))
        {
            TensorPrimitives.Multiply(sums, 1f / count, means);
        }
        else
        {
            TensorPrimitives.Divide(sums, count, means);
        }
    }
}
