using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace ImagePipeline.Imaging.Resampling;

/// <summary>Resizes interleaved 8-bit RGB with an antialiased kernel, along the columns first, in single precision, rounded once.</summary>
/// <remarks>
/// For small pictures that are in memory already. libvips streams rows, which large pictures need and small ones pay for: 300 x 200 to
/// 128 x 128 takes it four times as long (benchmark <c>resample</c>). Portable vectors: as many values of a row at a time as a register
/// holds downwards, one pixel at a time across.
/// </remarks>
static class RgbResampler
{
    /// <summary>Resizes a picture.</summary>
    /// <param name="rgb">Row-major, height x width x 3.</param>
    /// <param name="widthPx">Pixels across, at least 1.</param>
    /// <param name="heightPx">Pixels down, at least 1.</param>
    /// <param name="toWidthPx">Pixels across of the result, at least 1.</param>
    /// <param name="toHeightPx">Pixels down of the result, at least 1.</param>
    /// <param name="kernel">The kernel.</param>
    /// <param name="resized">Receives toHeight x toWidth x 3 values, row-major.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public static void Resize(
        ReadOnlySpan<byte> rgb, int widthPx, int heightPx, int toWidthPx, int toHeightPx, ResizeKernel kernel,
        Span<byte> resized)
    {
        CheckLength(rgb.Length, widthPx, heightPx);
        CheckLength(resized.Length, toWidthPx, toHeightPx);
        var across = KernelWeights.For(widthPx, toWidthPx, kernel);
        var down = KernelWeights.For(heightPx, toHeightPx, kernel);
        var stride = 3 * widthPx;
        // The horizontal pass loads four values for the three of a pixel.
        var rented = ArrayPool<float>.Shared.Rent(stride + 1);
        var row = rented.AsSpan(0, stride + 1);
        row[stride] = 0;
        for (var y = 0; y < toHeightPx; y++)
        {
            var weights = down.Weight.AsSpan(y * down.Capacity, down.Count[y]);
            Blend(rgb.Slice(down.Start[y] * stride, weights.Length * stride), stride, weights, row[..stride]);
            Narrow(row, across, resized.Slice(3 * y * toWidthPx, 3 * toWidthPx));
        }

        ArrayPool<float>.Shared.Return(rented);
    }

    static void CheckLength(int length, int widthPx, int heightPx)
    {
        if (widthPx < 1 || heightPx < 1 || length != 3L * widthPx * heightPx)
        {
            throw new ArgumentException($"Expected {widthPx} x {heightPx} x 3 values, got {length}.");
        }
    }

    /// <summary>The weighted sum of rows.</summary>
    static void Blend(ReadOnlySpan<byte> rows, int stride, ReadOnlySpan<float> weights, Span<float> sum)
    {
        ref var first = ref MemoryMarshal.GetReference(rows);
        var step = Vector<byte>.Count;
        var done = 0;
        for (; done + step <= stride; done += step)
        {
            Vector<float> a = default, b = default, c = default, d = default;
            for (var row = 0; row < weights.Length; row++)
            {
                var weight = new Vector<float>(weights[row]);
                Vector.Widen(Vector.LoadUnsafe(ref first, (nuint)((row * stride) + done)), out var low, out var high);
                Vector.Widen(low, out var v0, out var v1);
                Vector.Widen(high, out var v2, out var v3);
                a = Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.AsVectorInt32(v0)), weight, a);
                b = Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.AsVectorInt32(v1)), weight, b);
                c = Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.AsVectorInt32(v2)), weight, c);
                d = Vector.FusedMultiplyAdd(Vector.ConvertToSingle(Vector.AsVectorInt32(v3)), weight, d);
            }

            var lanes = Vector<float>.Count;
            a.CopyTo(sum[done..]);
            b.CopyTo(sum[(done + lanes)..]);
            c.CopyTo(sum[(done + (2 * lanes))..]);
            d.CopyTo(sum[(done + (3 * lanes))..]);
        }

        for (; done < stride; done++)
        {
            var value = 0f;
            for (var row = 0; row < weights.Length; row++)
            {
                value = float.FusedMultiplyAdd(rows[(row * stride) + done], weights[row], value);
            }

            sum[done] = value;
        }
    }

    /// <summary>Resizes one row, of which one value more than its pixels may be read, and rounds it to bytes.</summary>
    static void Narrow(ReadOnlySpan<float> row, KernelWeights across, Span<byte> resized)
    {
        ref var values = ref MemoryMarshal.GetReference(row);
        ref var weight = ref MemoryMarshal.GetArrayDataReference(across.Weight);
        for (var x = 0; x < across.Start.Length; x++)
        {
            var (from, count) = (3 * across.Start[x], across.Count[x]);
            var at = x * across.Capacity;
            Vector128<float> even = Vector128.Create(0.5f), odd = default;
            var i = 0;
            for (; i + 1 < count; i += 2)
            {
                even = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref values, (nuint)(from + (3 * i))),
                    Vector128.Create(Unsafe.Add(ref weight, at + i)), even);
                odd = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref values, (nuint)(from + (3 * i) + 3)),
                    Vector128.Create(Unsafe.Add(ref weight, at + i + 1)), odd);
            }

            if (i < count)
            {
                even = Vector128.FusedMultiplyAdd(Vector128.LoadUnsafe(ref values, (nuint)(from + (3 * i))),
                    Vector128.Create(Unsafe.Add(ref weight, at + i)), even);
            }

            var levels = Vector128.ConvertToInt32(even + odd);
            levels = Vector128.Min(Vector128.Max(levels, Vector128<int>.Zero), Vector128.Create(255));
            resized[3 * x] = (byte)levels[0];
            resized[(3 * x) + 1] = (byte)levels[1];
            resized[(3 * x) + 2] = (byte)levels[2];
        }
    }
}
