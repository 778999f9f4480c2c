using System.Numerics.Tensors;

namespace ImagePipeline.Core.Vectors;

/// <summary>Distances between embeddings.</summary>
public static class Distances
{
    /// <summary>Cosine distance: 1 minus the cosine of the angle, 0 (same direction) to 2 (opposite).</summary>
    /// <param name="a">A vector of any length but zero.</param>
    /// <param name="b">Another, of as many dimensions.</param>
    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    /// <remarks>NaN if either vector is zero. For unit vectors 1 - Dot is the same and twice as fast.</remarks>
    public static float Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
        {
            throw new ArgumentException($"Expected {a.Length} dimensions, got {b.Length}.", nameof(b));
        }

        // Rounding can push the cosine of equal vectors a little beyond 1.
        return 1 - Math.Clamp(TensorPrimitives.CosineSimilarity(a, b), -1, 1);
    }

    /// <summary>Scales a vector in place to length 1.</summary>
    /// <param name="vector">Any vector; one of length zero or not finite stays as it is.</param>
    /// <returns>The length it had; 0, NaN or infinity means that it has no direction and was not scaled.</returns>
    public static float NormalizeL2(Span<float> vector)
    {
        var length = TensorPrimitives.Norm<float>(vector);
        if (length > 0 && float.IsFinite(length))
        {
            TensorPrimitives.Divide(vector, length, vector);
        }

        return length;
    }
}
