using System.Numerics.Tensors;

namespace ImagePipeline.Core.Codes;

/// <summary>Planes that make a compact binary code of a vector: one bit for each plane, the side on which the vector
/// lies.</summary>
/// <remarks>Learned by <see cref="CodeTraining"/> for the vectors of one model; codes of different books are never
/// compared. The database computes the same codes in SQL (function code_of).</remarks>
public sealed class CodeBook
{
    readonly float[] _planes;
    readonly float[] _thresholds;

    /// <summary>Takes the planes.</summary>
    /// <param name="dimensions">Length of the vectors, at least 1.</param>
    /// <param name="planes">Normals, one row of <paramref name="dimensions"/> numbers for each bit.</param>
    /// <param name="thresholds">For each bit, the inner product from which it is set.</param>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public CodeBook(int dimensions, float[] planes, float[] thresholds)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentNullException.ThrowIfNull(planes);
        ArgumentNullException.ThrowIfNull(thresholds);
        if (thresholds.Length == 0 || planes.Length != thresholds.Length * dimensions)
        {
            throw new ArgumentException(
                $"Expected {thresholds.Length} planes of {dimensions} numbers, got {planes.Length} numbers.", nameof(planes));
        }

        (Dimensions, _planes, _thresholds) = (dimensions, planes, thresholds);
    }

    /// <summary>Length of the vectors.</summary>
    public int Dimensions { get; }

    /// <summary>Bits of a code.</summary>
    public int Bits => _thresholds.Length;

    /// <summary>Words of 64 bits that hold a code.</summary>
    public int Words => (Bits + 63) / 64;

    /// <summary>The normal of the plane of a bit, of unit length.</summary>
    public ReadOnlySpan<float> Plane(int bit) => _planes.AsSpan(bit * Dimensions, Dimensions);

    /// <summary>The inner product from which a bit is set.</summary>
    public float Threshold(int bit) => _thresholds[bit];

    /// <summary>Computes the code of a vector; only its direction matters.</summary>
    /// <param name="vector"><see cref="Dimensions"/> numbers.</param>
    /// <param name="code">Receives <see cref="Words"/> words; bit 0 is the most significant of the first, spare bits
    /// are 0.</param>
    /// <exception cref="ArgumentException">A length is wrong, or the vector has no direction: it is zero, or not
    /// finite.</exception>
    /// <remarks>Costs <see cref="Bits"/> x <see cref="Dimensions"/> multiplications.</remarks>
    public void Encode(ReadOnlySpan<float> vector, Span<ulong> code)
    {
        if (vector.Length != Dimensions || code.Length != Words)
        {
            throw new ArgumentException(
                $"Expected {Dimensions} numbers and {Words} words, got {vector.Length} and {code.Length}.", nameof(vector));
        }

        var length = TensorPrimitives.Norm(vector);
        if (length == 0 || !float.IsFinite(length))
        {
            throw new ArgumentException($"A vector of length {length} has no direction.", nameof(vector));
        }

        code.Clear();
        for (var bit = 0; bit < Bits; bit++)
        {
            if (TensorPrimitives.Dot(Plane(bit), vector) / length > _thresholds[bit])
            {
                code[bit >> 6] |= 1UL << (63 - (bit & 63));
            }
        }
    }

    /// <summary>Number of differing bits of two codes of one book.</summary>
    public static int Distance(ReadOnlySpan<ulong> a, ReadOnlySpan<ulong> b) => (int)TensorPrimitives.HammingBitDistance(a, b);
}
