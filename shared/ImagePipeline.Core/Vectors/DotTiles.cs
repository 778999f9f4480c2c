using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ImagePipeline.Core.Vectors;

/// <summary>Scalar products of many vectors with many others, tile by tile: a matrix product whose result is never stored.</summary>
/// <remarks>
/// A tile is 8 rows by 48 columns: with AVX-512 its 24 sums of 16 numbers stay in registers, and a step over one dimension loads 3
/// vectors of columns and 8 numbers of rows for 24 multiply-adds, so that the two units that multiply and add are the limit (Goto and van de Geijn,
/// "Anatomy of High-Performance Matrix Multiplication", ACM TOMS 2008; only columns are packed here, rows are read where they are). Elsewhere 4 x 24 sums of
/// 8 numbers. A sum runs over the dimensions in order on every machine. A panel of columns is used for
/// <see cref="RowChunk"/> rows before the next is read.
/// </remarks>
static unsafe class DotTiles
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a tile.</summary>
    public const int Columns = 48;

    const int RowChunk = 64;

    /// <summary>Computes the products of some rows with all columns; a sink sees each tile once, for a row by ascending column.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="first">The first row to take.</param>
    /// <param name="count">How many.</param>
    /// <param name="columns">The columns, of as many dimensions.</param>
    /// <param name="sink">Takes the products.</param>
    public static void Run<TSink>(VectorMatrix rows, int first, int count, PackedVectors columns, ref TSink sink)
        where TSink : struct, ITileSink => Run(rows, first, count, columns, columns.Panels, ref sink);

    /// <summary>The same with the columns of the first panels only.</summary>
    public static void Run<TSink>(VectorMatrix rows, int first, int count, PackedVectors columns, int panels, ref TSink sink)
        where TSink : struct, ITileSink
    {
        var bytes = stackalloc byte[Rows * Columns * sizeof(float) + 64];
        var tile = (float*)(((nint)bytes + 63) & ~63);
        fixed (float* values = rows.Memory.Span)
        {
            for (var chunk = first; chunk < first + count; chunk += RowChunk)
            {
                var end = Math.Min(chunk + RowChunk, first + count);
                for (var panel = 0; panel < panels; panel++)
                {
                    for (var row = chunk; row < end; row += Rows)
                    {
                        var taken = Math.Min(Rows, end - row);
                        var at = values + (nint)row * rows.Dimensions;
                        Multiply(at, taken, columns.Panel(panel), columns.Offsets(panel), rows.Dimensions, tile);
                        sink.Accept(row, taken, panel * Columns, tile);
                    }
                }
            }
        }
    }

    static void Multiply(float* rows, int taken, float* panel, float* offsets, int dimensions, float* tile)
    {
        // Rows that are missing are the last one once more.
        var last = rows + (nint)(taken - 1) * dimensions;
        var r1 = taken > 1 ? rows + dimensions : last;
        var r2 = taken > 2 ? rows + 2 * (nint)dimensions : last;
        var r3 = taken > 3 ? rows + 3 * (nint)dimensions : last;
        var r4 = taken > 4 ? rows + 4 * (nint)dimensions : last;
        var r5 = taken > 5 ? rows + 5 * (nint)dimensions : last;
        var r6 = taken > 6 ? rows + 6 * (nint)dimensions : last;
        var r7 = taken > 7 ? rows + 7 * (nint)dimensions : last;
        if (Vector512.IsHardwareAccelerated)
        {
            Tile512(rows, r1, r2, r3, r4, r5, r6, r7, panel, offsets, dimensions, tile);
            return;
        }

        for (var half = 0; half < Columns; half += Columns / 2)
        {
            Tile256(rows, r1, r2, r3, panel + half, offsets + half, dimensions, tile + half);
            if (taken > 4)
            {
                Tile256(r4, r5, r6, r7, panel + half, offsets + half, dimensions, tile + half + 4 * Columns);
            }
        }
    }

    [SkipLocalsInit]
    static void Tile512(float* r0, float* r1, float* r2, float* r3, float* r4, float* r5, float* r6, float* r7,
        float* panel, float* offsets, nint dimensions, float* tile)
    {
        var (a0, b0, c0) = (Vector512.Load(offsets), Vector512.Load(offsets + 16), Vector512.Load(offsets + 32));
        var (a1, b1, c1) = (a0, b0, c0);
        var (a2, b2, c2) = (a0, b0, c0);
        var (a3, b3, c3) = (a0, b0, c0);
        var (a4, b4, c4) = (a0, b0, c0);
        var (a5, b5, c5) = (a0, b0, c0);
        var (a6, b6, c6) = (a0, b0, c0);
        var (a7, b7, c7) = (a0, b0, c0);
        for (nint d = 0; d < dimensions; d++, panel += Columns)
        {
            var a = Vector512.Load(panel);
            var b = Vector512.Load(panel + 16);
            var c = Vector512.Load(panel + 32);
            Step(r0[d], a, b, c, ref a0, ref b0, ref c0);
            Step(r1[d], a, b, c, ref a1, ref b1, ref c1);
            Step(r2[d], a, b, c, ref a2, ref b2, ref c2);
            Step(r3[d], a, b, c, ref a3, ref b3, ref c3);
            Step(r4[d], a, b, c, ref a4, ref b4, ref c4);
            Step(r5[d], a, b, c, ref a5, ref b5, ref c5);
            Step(r6[d], a, b, c, ref a6, ref b6, ref c6);
            Step(r7[d], a, b, c, ref a7, ref b7, ref c7);
        }

        Store(tile, a0, b0, c0);
        Store(tile + Columns, a1, b1, c1);
        Store(tile + 2 * Columns, a2, b2, c2);
        Store(tile + 3 * Columns, a3, b3, c3);
        Store(tile + 4 * Columns, a4, b4, c4);
        Store(tile + 5 * Columns, a5, b5, c5);
        Store(tile + 6 * Columns, a6, b6, c6);
        Store(tile + 7 * Columns, a7, b7, c7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float row, Vector512<float> a, Vector512<float> b, Vector512<float> c,
        ref Vector512<float> sumA, ref Vector512<float> sumB, ref Vector512<float> sumC)
    {
        var all = Vector512.Create(row);
        sumA = Vector512.FusedMultiplyAdd(all, a, sumA);
        sumB = Vector512.FusedMultiplyAdd(all, b, sumB);
        sumC = Vector512.FusedMultiplyAdd(all, c, sumC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* tile, Vector512<float> a, Vector512<float> b, Vector512<float> c)
    {
        a.Store(tile);
        b.Store(tile + 16);
        c.Store(tile + 32);
    }

    [SkipLocalsInit]
    static void Tile256(float* r0, float* r1, float* r2, float* r3, float* panel, float* offsets, nint dimensions, float* tile)
    {
        var (a0, b0, c0) = (Vector256.Load(offsets), Vector256.Load(offsets + 8), Vector256.Load(offsets + 16));
        var (a1, b1, c1) = (a0, b0, c0);
        var (a2, b2, c2) = (a0, b0, c0);
        var (a3, b3, c3) = (a0, b0, c0);
        for (nint d = 0; d < dimensions; d++, panel += Columns)
        {
            var a = Vector256.Load(panel);
            var b = Vector256.Load(panel + 8);
            var c = Vector256.Load(panel + 16);
            Step(r0[d], a, b, c, ref a0, ref b0, ref c0);
            Step(r1[d], a, b, c, ref a1, ref b1, ref c1);
            Step(r2[d], a, b, c, ref a2, ref b2, ref c2);
            Step(r3[d], a, b, c, ref a3, ref b3, ref c3);
        }

        Store(tile, a0, b0, c0);
        Store(tile + Columns, a1, b1, c1);
        Store(tile + 2 * Columns, a2, b2, c2);
        Store(tile + 3 * Columns, a3, b3, c3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Step(float row, Vector256<float> a, Vector256<float> b, Vector256<float> c,
        ref Vector256<float> sumA, ref Vector256<float> sumB, ref Vector256<float> sumC)
    {
        var all = Vector256.Create(row);
        sumA = Vector256.MultiplyAddEstimate(all, a, sumA);
        sumB = Vector256.MultiplyAddEstimate(all, b, sumB);
        sumC = Vector256.MultiplyAddEstimate(all, c, sumC);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(float* tile, Vector256<float> a, Vector256<float> b, Vector256<float> c)
    {
        a.Store(tile);
        b.Store(tile + 8);
        c.Store(tile + 16);
    }
}
