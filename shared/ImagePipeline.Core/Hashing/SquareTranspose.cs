using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImagePipeline.Core.Hashing;

/// <summary>Transposes between rows of pixels and vectors that hold one column of several rows.</summary>
static class SquareTranspose
{
    /// <summary>Edge of the block that is moved at a time, in floats.</summary>
    public const int Edge = 8;

    /// <summary>Writes the transpose of a matrix.</summary>
    /// <param name="source">Row-major, rows x columns.</param>
    /// <param name="sourceStride">Floats from one source row to the next.</param>
    /// <param name="rows">Source rows.</param>
    /// <param name="columns">Source columns.</param>
    /// <param name="target">Receives columns x rows. Must not overlap the source.</param>
    /// <param name="targetStride">Floats from one target row to the next.</param>
    /// <exception cref="ArgumentException">The sides are not multiples of <see cref="Edge"/>, or a span is too
    /// short.</exception>
    public static void Run(
        ReadOnlySpan<float> source, int sourceStride, int rows, int columns, Span<float> target, int targetStride)
    {
        if (rows % Edge != 0 || columns % Edge != 0)
        {
            throw new ArgumentException($"Sides must be multiples of {Edge}, not {rows} x {columns}.");
        }

        if (source.Length < ((rows - 1) * sourceStride) + columns
            || target.Length < ((columns - 1) * targetStride) + rows)
        {
            throw new ArgumentException($"A span is too short for {rows} x {columns}.");
        }

        for (var row = 0; row < rows; row += Edge)
        {
            for (var column = 0; column < columns; column += Edge)
            {
                Block(
                    in source[(row * sourceStride) + column], (nuint)sourceStride,
                    ref target[(column * targetStride) + row], (nuint)targetStride);
            }
        }
    }

    static void Block(ref readonly float source, nuint sourceStride, ref float target, nuint targetStride)
    {
        if (Avx.IsSupported)
        {
            HalfBlockAvx(in source, sourceStride, ref target, targetStride);
            HalfBlockAvx(
                in Unsafe.Add(ref Unsafe.AsRef(in source), 4), sourceStride,
                ref Unsafe.Add(ref target, 4 * targetStride), targetStride);
            return;
        }

        for (nuint i = 0; i < Edge; i++)
        {
            for (nuint j = 0; j < Edge; j++)
            {
                Unsafe.Add(ref target, (j * targetStride) + i) =
                    Unsafe.Add(ref Unsafe.AsRef(in source), (i * sourceStride) + j);
            }
        }
    }

    /// <summary>Four columns of eight rows. Rows k and k + 4 share a register, so that the shuffles, which stay within
    /// 128-bit halves, end with the eight rows in order.</summary>
    static void HalfBlockAvx(ref readonly float source, nuint sourceStride, ref float target, nuint targetStride)
    {
        var row04 = TwoRows(in source, 0, sourceStride);
        var row15 = TwoRows(in source, 1, sourceStride);
        var row26 = TwoRows(in source, 2, sourceStride);
        var row37 = TwoRows(in source, 3, sourceStride);
        var low01 = Avx.UnpackLow(row04, row15);
        var high01 = Avx.UnpackHigh(row04, row15);
        var low23 = Avx.UnpackLow(row26, row37);
        var high23 = Avx.UnpackHigh(row26, row37);
        Avx.Shuffle(low01, low23, 0x44).StoreUnsafe(ref target);
        Avx.Shuffle(low01, low23, 0xEE).StoreUnsafe(ref target, targetStride);
        Avx.Shuffle(high01, high23, 0x44).StoreUnsafe(ref target, 2 * targetStride);
        Avx.Shuffle(high01, high23, 0xEE).StoreUnsafe(ref target, 3 * targetStride);
    }

    static Vector256<float> TwoRows(ref readonly float source, nuint row, nuint stride) => Vector256.Create(
        Vector128.LoadUnsafe(in source, row * stride), Vector128.LoadUnsafe(in source, (row + 4) * stride));
}
