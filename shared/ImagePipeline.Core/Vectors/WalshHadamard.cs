using System.Numerics;

namespace ImagePipeline.Core.Vectors;

/// <summary>The fast Walsh-Hadamard transform.</summary>
static class WalshHadamard
{
    /// <summary>Transforms in place, unscaled: the vector's length grows by the root of its dimensions.</summary>
    /// <param name="values">As many numbers as a power of two, in natural (Hadamard) order.</param>
    /// <exception cref="ArgumentException">The length is not a power of two.</exception>
    /// <remarks>log2(n) passes of butterflies (a + b, a - b) at distances 1, 2, 4, ...; n log2(n) additions.</remarks>
    public static void Transform(Span<float> values)
    {
        if (!BitOperations.IsPow2(values.Length))
        {
            throw new ArgumentException($"Expected a power of two, got {values.Length} numbers.", nameof(values));
        }

        for (var half = 1; half < values.Length; half *= 2)
        {
            for (var start = 0; start < values.Length; start += 2 * half)
            {
                Butterflies(values.Slice(start, half), values.Slice(start + half, half));
            }
        }
    }

    static void Butterflies(Span<float> low, Span<float> high)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= low.Length; i += Vector<float>.Count)
        {
            var a = new Vector<float>(low[i..]);
            var b = new Vector<float>(high[i..]);
            (a + b).CopyTo(low[i..]);
            (a - b).CopyTo(high[i..]);
        }

        for (; i < low.Length; i++)
        {
            (low[i], high[i]) = (low[i] + high[i], low[i] - high[i]);
        }
    }
}
