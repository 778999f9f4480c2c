using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Vectors;

/// <summary>Makes 256-bit codes of vectors whose Hamming distance follows the angle between the vectors.</summary>
/// <remarks>
/// A bit is the side of a random plane through the origin on which the vector lies; two vectors at angle θ fall on
/// different sides of one with probability θ/π (Charikar, "Similarity Estimation Techniques from Rounding Algorithms",
/// STOC 2002, section 3). So codes differ in 256 θ/π bits on average, with a standard deviation of at most 8 bits.
/// <para>
/// The planes are rows of a pseudo-random rotation: three times random signs, then a Walsh-Hadamard transform (Andoni,
/// Indyk, Laarhoven, Razenshteyn and Schmidt, "Practical and Optimal LSH for Angular Distance", NIPS 2015, section 3),
/// on the vector padded with zeros to a power of two, 256 at least. It costs n log n and no table of n x 256 numbers;
/// being orthogonal, rows differ more evenly than independent planes would. The first 256 coordinates are kept.
/// </para>
/// <para>Codes are for finding candidates, to be compared exactly afterwards. Only codes of the same dimensions and
/// seed may be compared: both belong to the stored version.</para>
/// </remarks>
public sealed class SignCode
{
    /// <summary>Bits of a code.</summary>
    public const int Bits = 256;

    const int Rotations = 3;

    readonly int _dimensions;
    readonly int _padded;
    readonly float[] _signs; // Rotations x _padded, each 1 or -1

    /// <summary>Prepares the rotation; 12 bytes a padded dimension.</summary>
    /// <param name="dimensions">Dimensions of the vectors, 1 to 65,536.</param>
    /// <param name="seed">Which rotation.</param>
    public SignCode(int dimensions, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions, 65536);
        _dimensions = dimensions;
        _padded = Math.Max(Bits, (int)BitOperations.RoundUpToPowerOf2((uint)dimensions));
        _signs = new float[Rotations * _padded];
        for (var i = 0; i < _signs.Length; i++)
        {
            _signs[i] = (SplitMix64(seed + (ulong)i * 0x9E3779B97F4A7C15) & 1) == 0 ? 1 : -1;
        }
    }

    /// <summary>Expected Hamming distance of the codes of two vectors.</summary>
    /// <param name="cosineDistance">1 minus the cosine of their angle, 0 to 2.</param>
    /// <returns>256 θ/π, in bits, 0 to 256.</returns>
    public static double ExpectedDistance(double cosineDistance) =>
        Bits * Math.Acos(Math.Clamp(1 - cosineDistance, -1, 1)) / Math.PI;

    /// <summary>Computes the code of a vector. Its length does not matter, only its direction.</summary>
    /// <param name="vector">As many numbers as the dimensions given.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or the vector has no direction: it is zero, or not
    /// finite.</exception>
    public Hash256 Encode(ReadOnlySpan<float> vector)
    {
        if (vector.Length != _dimensions)
        {
            throw new ArgumentException($"Expected {_dimensions} dimensions, got {vector.Length}.", nameof(vector));
        }

        var length = TensorPrimitives.Norm(vector);
        if (length == 0 || !float.IsFinite(length))
        {
            throw new ArgumentException($"A vector of length {length} has no direction.", nameof(vector));
        }

        var rented = ArrayPool<float>.Shared.Rent(_padded);
        var rotated = rented.AsSpan(0, _padded);
        // Unit length keeps the sums of three transforms, up to 65536^1.5 times as large, within range.
        TensorPrimitives.Divide(vector, length, rotated);
        rotated[_dimensions..].Clear();
        for (var rotation = 0; rotation < Rotations; rotation++)
        {
            TensorPrimitives.Multiply(rotated, _signs.AsSpan(rotation * _padded, _padded), rotated);
            WalshHadamard.Transform(rotated);
        }

        var code = new Hash256(Signs(rotated), Signs(rotated[64..]), Signs(rotated[128..]), Signs(rotated[192..]));
        ArrayPool<float>.Shared.Return(rented);
        return code;
    }

    /// <summary>A word of signs: the first coordinate is the most significant bit, set if it is above zero.</summary>
    static ulong Signs(ReadOnlySpan<float> coordinates)
    {
        var word = 0UL;
        for (var i = 0; i < 64; i++)
        {
            word = word << 1 | (coordinates[i] > 0 ? 1UL : 0);
        }

        return word;
    }

    /// <summary>The output function of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): well-mixed bits.</summary>
    static ulong SplitMix64(ulong x)
    {
        x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9;
        x = (x ^ x >> 27) * 0x94D049BB133111EB;
        return x ^ x >> 31;
    }
}
