using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// Resizes 8-bit grey as Pillow's <c>resize(size, LANCZOS)</c> does, bit for bit: along the rows first, rounded and clipped
/// to 8 bits, then along the columns.
/// </summary>
/// <remarks>
/// Source: Pillow, src/libImaging/Resample.c, ImagingResampleHorizontal_8bpc and ImagingResampleVertical_8bpc. Sums are
/// integers, so their order is free; partial sums may wrap around, the total fits. A row is widened to 16 bits once and
/// serves all sizes. Cost: about 6 multiplies per pixel and size.
/// </remarks>
static class LanczosResampler
{
    /// <summary>Resizes to several sizes at once.</summary>
    /// <param name="grey">Row-major, no padding, width x height.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="sizes">Widths and heights to make.</param>
    /// <param name="resized">Receives the results one after the other, each row-major without padding.</param>
    public static void Resize(
        ReadOnlySpan<byte> grey, int width, int height, ReadOnlySpan<(int Width, int Height)> sizes, Span<byte> resized)
    {
        // Column sums run over whole vectors, so each narrowed row is padded to whole vectors.
        var narrowWidths = new int[sizes.Length];
        var across = new LanczosWeights[sizes.Length];
        for (var i = 0; i < sizes.Length; i++)
        {
            across[i] = LanczosWeights.For(width, sizes[i].Width);
            narrowWidths[i] = (sizes[i].Width + Vector<int>.Count - 1) / Vector<int>.Count * Vector<int>.Count;
        }

        var narrowWidth = narrowWidths.Sum();
        var narrow = ArrayPool<int>.Shared.Rent(height * narrowWidth);
        var wide = ArrayPool<short>.Shared.Rent(width + LanczosWeights.Group);
        narrow.AsSpan(0, height * narrowWidth).Clear();
        wide.AsSpan(width, LanczosWeights.Group).Clear();
        for (var y = 0; y < height; y++)
        {
            Widen(grey.Slice(y * width, width), wide);
            var row = narrow.AsSpan(y * narrowWidth, narrowWidth);
            for (var i = 0; i < sizes.Length; i++)
            {
                SumAlongRow(wide, across[i], row);
                row = row[narrowWidths[i]..];
            }
        }

        for (int i = 0, left = 0; i < sizes.Length; left += narrowWidths[i], i++)
        {
            SumDownColumns(
                narrow.AsSpan(left), narrowWidth, LanczosWeights.For(height, sizes[i].Height), sizes[i].Width, resized);
            resized = resized[(sizes[i].Width * sizes[i].Height)..];
        }

        ArrayPool<int>.Shared.Return(narrow);
        ArrayPool<short>.Shared.Return(wide);
    }

    static void Widen(ReadOnlySpan<byte> row, Span<short> wide)
    {
        var x = 0;
        for (; x + 16 <= row.Length; x += 16)
        {
            var bytes = Vector128.Create(row[x..]);
            Vector128.WidenLower(bytes).AsInt16().CopyTo(wide[x..]);
            Vector128.WidenUpper(bytes).AsInt16().CopyTo(wide[(x + 8)..]);
        }

        for (; x < row.Length; x++)
        {
            wide[x] = row[x];
        }
    }

    static void SumAlongRow(ReadOnlySpan<short> row, LanczosWeights weights, Span<int> outputs)
    {
        for (var output = 0; output < weights.Outputs; output++)
        {
            var inputs = row[weights.Start[output]..];
            var at = output * weights.Capacity;
            var count = weights.Count[output];
            var sum = Avx512BW.IsSupported ? Dot512(inputs, weights, at, count)
                : Avx2.IsSupported ? Dot256(inputs, weights, at, count)
                : Dot(inputs, weights, at, count);
            outputs[output] = Clip(sum + LanczosWeights.Half);
        }
    }

    static int Dot512(ReadOnlySpan<short> inputs, LanczosWeights weights, int at, int count)
    {
        Vector512<int> high = default, low = default;
        for (var i = 0; i < count; i += LanczosWeights.Group)
        {
            var pixels = Vector512.Create(inputs[i..]);
            high += Avx512BW.MultiplyAddAdjacent(pixels, Vector512.Create(weights.High.AsSpan(at + i)));
            low += Avx512BW.MultiplyAddAdjacent(pixels, Vector512.Create(weights.Low.AsSpan(at + i)));
        }

        return Vector512.Sum((high << LanczosWeights.LowBits) + low);
    }

    static int Dot256(ReadOnlySpan<short> inputs, LanczosWeights weights, int at, int count)
    {
        Vector256<int> high = default, low = default;
        for (var i = 0; i < count; i += LanczosWeights.Group / 2)
        {
            var pixels = Vector256.Create(inputs[i..]);
            high += Avx2.MultiplyAddAdjacent(pixels, Vector256.Create(weights.High.AsSpan(at + i)));
            low += Avx2.MultiplyAddAdjacent(pixels, Vector256.Create(weights.Low.AsSpan(at + i)));
        }

        return Vector256.Sum((high << LanczosWeights.LowBits) + low);
    }

    static int Dot(ReadOnlySpan<short> inputs, LanczosWeights weights, int at, int count)
    {
        Vector128<int> sums = default;
        for (var i = 0; i < count; i += 8)
        {
            var pixels = Vector128.Create(inputs[i..]);
            sums += Vector128.WidenLower(pixels) * Vector128.Create(weights.Weight.AsSpan(at + i));
            sums += Vector128.WidenUpper(pixels) * Vector128.Create(weights.Weight.AsSpan(at + i + 4));
        }

        return Vector128.Sum(sums);
    }

    static void SumDownColumns(ReadOnlySpan<int> rows, int stride, LanczosWeights weights, int width, Span<byte> resized)
    {
        Span<int> sums = stackalloc int[Vector<int>.Count];
        for (var output = 0; output < weights.Outputs; output++)
        {
            var factors = weights.Weight.AsSpan(output * weights.Capacity, weights.Count[output]);
            for (var x = 0; x < width; x += sums.Length)
            {
                var sum = new Vector<int>(LanczosWeights.Half);
                var at = (weights.Start[output] * stride) + x;
                foreach (var factor in factors)
                {
                    sum += factor * new Vector<int>(rows[at..]);
                    at += stride;
                }

                sum.CopyTo(sums);
                for (var lane = 0; lane < sums.Length && x + lane < width; lane++)
                {
                    resized[(output * width) + x + lane] = (byte)Clip(sums[lane]);
                }
            }
        }
    }

    static int Clip(int sum) => Math.Clamp(sum >> LanczosWeights.FractionBits, 0, 255);
}
