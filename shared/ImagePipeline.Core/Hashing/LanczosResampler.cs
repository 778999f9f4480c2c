using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// Resizes 8-bit grey as Pillow's <c>resize(size, LANCZOS)</c> does, bit for bit: along the rows first, rounded and
/// clipped to 8 bits, then along the columns.
/// </summary>
/// <remarks>
/// Source: Pillow, src/libImaging/Resample.c, ImagingResampleHorizontal_8bpc and ImagingResampleVertical_8bpc. Sums are
/// integers, so their order is free; partial sums may wrap around, the total fits. A pass takes four rows at a time and
/// writes its result transposed, so both passes are this same one. Cost: about 6 multiplies per pixel and size.
/// </remarks>
static class LanczosResampler
{
    /// <summary>Rows taken at a time.</summary>
    public const int Rows = 4;

    /// <summary>Levels that a pass may read beyond those it needs, weighing them with zero.</summary>
    public const int ReadAhead = LanczosWeights.Group;

    /// <summary>Length of the buffer for rows of levels without padding between them.</summary>
    public static int BufferLength(int width, int rows) => (width * Padded(rows)) + ReadAhead;

    /// <summary>Resizes a picture.</summary>
    /// <param name="grey">Levels 0 to 255, row-major, width x height in a buffer of <see cref="BufferLength"/>, of
    /// which the rest may hold anything.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="newWidth">Pixels across of the result.</param>
    /// <param name="newHeight">Pixels down of the result.</param>
    /// <param name="resized">Receives newWidth x newHeight levels, row-major.</param>
    public static void Resize(
        ReadOnlySpan<short> grey, int width, int height, int newWidth, int newHeight, Span<short> resized)
    {
        var narrow = ArrayPool<short>.Shared.Rent((Padded(newWidth) * Padded(height)) + ReadAhead);
        var small = ArrayPool<short>.Shared.Rent(newHeight * Padded(newWidth));
        Pass(grey, width, height, LanczosWeights.For(width, newWidth), narrow, Padded(height));
        Pass(narrow, Padded(height), newWidth, LanczosWeights.For(height, newHeight), small, Padded(newWidth));
        for (var y = 0; y < newHeight; y++)
        {
            small.AsSpan(y * Padded(newWidth), newWidth).CopyTo(resized[(y * newWidth)..]);
        }

        ArrayPool<short>.Shared.Return(narrow);
        ArrayPool<short>.Shared.Return(small);
    }

    static int Padded(int rows) => (rows + Rows - 1) / Rows * Rows;

    /// <summary>Resizes every row and writes the results as columns, each <see cref="Padded"/>(rows) long.</summary>
    static void Pass(
        ReadOnlySpan<short> source, int stride, int rows, LanczosWeights weights, Span<short> target, int targetStride)
    {
        for (var row = 0; row < rows; row += Rows)
        {
            for (var output = 0; output < weights.Outputs; output++)
            {
                var inputs = source[((row * stride) + weights.Start[output])..];
                var first = output * weights.Capacity;
                var count = weights.Count[output];
                var sums = Avx512BW.IsSupported ? Dots512(inputs, stride, weights, first, count)
                    : Avx2.IsSupported ? Dots256(inputs, stride, weights, first, count)
                    : Dots(inputs, stride, weights, first, count);
                var levels = (sums + Vector128.Create(LanczosWeights.Half)) >> LanczosWeights.FractionBits;
                levels = Vector128.Max(Vector128.Min(levels, Vector128.Create(255)), Vector128<int>.Zero);
                Vector128.Narrow(levels, levels).GetLower().CopyTo(target[((output * targetStride) + row)..]);
            }
        }
    }

    /// <summary>Four rows times the weights of one output. The weights are split in 16-bit halves, of which a
    /// register holds twice as many, and whose products add up in pairs by themselves.</summary>
    static Vector128<int> Dots512(ReadOnlySpan<short> inputs, int stride, LanczosWeights weights, int first, int count)
    {
        CheckReach(inputs, stride, count);
        ref var row = ref MemoryMarshal.GetReference(inputs);
        Vector512<int> high0 = default, high1 = default, high2 = default, high3 = default;
        Vector512<int> low0 = default, low1 = default, low2 = default, low3 = default;
        for (var i = 0; i < count; i += Vector512<short>.Count)
        {
            var high = Vector512.Create(weights.High.AsSpan(first + i));
            var low = Vector512.Create(weights.Low.AsSpan(first + i));
            Accumulate(Vector512.LoadUnsafe(ref row, (nuint)i), high, low, ref high0, ref low0);
            Accumulate(Vector512.LoadUnsafe(ref row, (nuint)(i + stride)), high, low, ref high1, ref low1);
            Accumulate(Vector512.LoadUnsafe(ref row, (nuint)(i + (2 * stride))), high, low, ref high2, ref low2);
            Accumulate(Vector512.LoadUnsafe(ref row, (nuint)(i + (3 * stride))), high, low, ref high3, ref low3);
        }

        return Sums(
            Fold(Join(high0, low0)), Fold(Join(high1, low1)), Fold(Join(high2, low2)), Fold(Join(high3, low3)));
    }

    /// <summary>The same with registers of half the size.</summary>
    static Vector128<int> Dots256(ReadOnlySpan<short> inputs, int stride, LanczosWeights weights, int first, int count)
    {
        CheckReach(inputs, stride, count);
        ref var row = ref MemoryMarshal.GetReference(inputs);
        Vector256<int> high0 = default, high1 = default, high2 = default, high3 = default;
        Vector256<int> low0 = default, low1 = default, low2 = default, low3 = default;
        for (var i = 0; i < count; i += Vector256<short>.Count)
        {
            var high = Vector256.Create(weights.High.AsSpan(first + i));
            var low = Vector256.Create(weights.Low.AsSpan(first + i));
            Accumulate(Vector256.LoadUnsafe(ref row, (nuint)i), high, low, ref high0, ref low0);
            Accumulate(Vector256.LoadUnsafe(ref row, (nuint)(i + stride)), high, low, ref high1, ref low1);
            Accumulate(Vector256.LoadUnsafe(ref row, (nuint)(i + (2 * stride))), high, low, ref high2, ref low2);
            Accumulate(Vector256.LoadUnsafe(ref row, (nuint)(i + (3 * stride))), high, low, ref high3, ref low3);
        }

        return Sums(Join(high0, low0), Join(high1, low1), Join(high2, low2), Join(high3, low3));
    }

    /// <summary>The same on any machine.</summary>
    static Vector128<int> Dots(ReadOnlySpan<short> inputs, int stride, LanczosWeights weights, int first, int count)
    {
        Span<int> sums = stackalloc int[Rows];
        for (var row = 0; row < Rows; row++)
        {
            Vector128<int> sum = default;
            for (var i = 0; i < count; i += Vector128<short>.Count)
            {
                var levels = Vector128.Create(inputs[((row * stride) + i)..]);
                var high = Vector128.Create(weights.High.AsSpan(first + i));
                var low = Vector128.Create(weights.Low.AsSpan(first + i));
                sum += Vector128.WidenLower(levels)
                    * ((Vector128.WidenLower(high) << LanczosWeights.LowBits) + Vector128.WidenLower(low));
                sum += Vector128.WidenUpper(levels)
                    * ((Vector128.WidenUpper(high) << LanczosWeights.LowBits) + Vector128.WidenUpper(low));
            }

            sums[row] = Vector128.Sum(sum);
        }

        return Vector128.Create(sums);
    }

    /// <summary>The loads above are unchecked; this is their bound.</summary>
    static void CheckReach(ReadOnlySpan<short> inputs, int stride, int count) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(((Rows - 1) * stride) + count + ReadAhead - 1, inputs.Length);

    static void Accumulate(
        Vector512<short> levels, Vector512<short> high, Vector512<short> low,
        ref Vector512<int> highs, ref Vector512<int> lows)
    {
        highs += Avx512BW.MultiplyAddAdjacent(levels, high);
        lows += Avx512BW.MultiplyAddAdjacent(levels, low);
    }

    static void Accumulate(
        Vector256<short> levels, Vector256<short> high, Vector256<short> low,
        ref Vector256<int> highs, ref Vector256<int> lows)
    {
        highs += Avx2.MultiplyAddAdjacent(levels, high);
        lows += Avx2.MultiplyAddAdjacent(levels, low);
    }

    static Vector512<int> Join(Vector512<int> high, Vector512<int> low) => (high << LanczosWeights.LowBits) + low;

    static Vector256<int> Join(Vector256<int> high, Vector256<int> low) => (high << LanczosWeights.LowBits) + low;

    static Vector256<int> Fold(Vector512<int> sums) => sums.GetLower() + sums.GetUpper();

    /// <summary>The sum of each of four vectors.</summary>
    static Vector128<int> Sums(Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        var quarters = Avx2.HorizontalAdd(Avx2.HorizontalAdd(a, b), Avx2.HorizontalAdd(c, d));
        return quarters.GetLower() + quarters.GetUpper();
    }
}
