using System.Buffers;
using System.Numerics.Tensors;
using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Vectors;

/// <summary>A growing list of vectors with four bits for a coordinate, to estimate angles without reading the vectors. Memory: half a
/// byte a dimension, and 4 bytes a vector.</summary>
/// <remarks>Uniform scalar quantisation of the vector scaled to length 1: coordinates are rounded to multiples of its largest one divided
/// by 7. The errors of the coordinates lie within half a step and are as good as independent, so that of a product with a vector of
/// length 1 has a standard deviation of a step by the root of 12: some 0.007 at 256 dimensions.</remarks>
/// <param name="dimensions">Numbers of a vector, 1 to 65,536.</param>
public sealed class NibbleVectors(int dimensions)
{
    const int ChunkBytes = 1 << 16;
    const int Zero = 8; // what stands for 0; the lowest is 1, so that both sides are alike

    readonly int _half = (dimensions + 1) / 2; // bytes of a vector: the first half of the coordinates is in their lower bits
    readonly int _perChunk = Math.Max(1, ChunkBytes / ((dimensions + 1) / 2));
    readonly List<byte[]> _chunks = [];
    readonly ChunkedList<float> _steps = new();

    /// <summary>Number of vectors.</summary>
    public int Count => _steps.Count;

    /// <summary>Appends a vector.</summary>
    /// <param name="vector">As many numbers as the dimensions given; its length does not matter.</param>
    /// <exception cref="ArgumentException">The dimensions differ, or the vector has no direction: it is zero, or not finite.</exception>
    public void Add(ReadOnlySpan<float> vector)
    {
        if (vector.Length != dimensions)
        {
            throw new ArgumentException($"Expected {dimensions} dimensions, got {vector.Length}.", nameof(vector));
        }

        var length = TensorPrimitives.Norm(vector);
        if (length == 0 || !float.IsFinite(length))
        {
            throw new ArgumentException($"A vector of length {length} has no direction.", nameof(vector));
        }

        if (Count == _chunks.Count * _perChunk)
        {
            _chunks.Add(new byte[_perChunk * _half]);
        }

        var step = Math.Abs(TensorPrimitives.MaxMagnitude(vector)) / 7;
        var bytes = Bytes(Count);
        for (var i = 0; i < _half; i++)
        {
            var upper = _half + i < dimensions ? Level(vector[_half + i], step) : Zero;
            bytes[i] = (byte)(upper << 4 | Level(vector[i], step));
        }

        _steps.Add(step / length);
    }

    /// <summary>Estimates the product of one of these, scaled to length 1, with another vector.</summary>
    /// <param name="index">Which, 0 to below <see cref="Count"/>.</param>
    /// <param name="other">The other: as many numbers as the dimensions given, or as the first of them that count.</param>
    /// <exception cref="ArgumentException">The other has more.</exception>
    public float Dot(int index, ReadOnlySpan<float> other)
    {
        if (other.Length > dimensions)
        {
            throw new ArgumentException($"Expected {dimensions} dimensions at most, got {other.Length}.", nameof(other));
        }

        var rented = ArrayPool<byte>.Shared.Rent(_half);
        var numbers = ArrayPool<float>.Shared.Rent(2 * _half);
        var nibbles = rented.AsSpan(0, _half);
        var levels = numbers.AsSpan(0, 2 * _half);
        TensorPrimitives.BitwiseAnd(Bytes(index), (byte)0xF, nibbles);
        TensorPrimitives.ConvertTruncating<byte, float>(nibbles, levels);
        if (other.Length > _half)
        {
            TensorPrimitives.ShiftRightLogical(Bytes(index), 4, nibbles);
            TensorPrimitives.ConvertTruncating<byte, float>(nibbles, levels[_half..]);
        }

        var dot = TensorPrimitives.Dot(levels[..other.Length], other) - (Zero * TensorPrimitives.Sum(other));
        ArrayPool<byte>.Shared.Return(rented);
        ArrayPool<float>.Shared.Return(numbers);
        return _steps[index] * dot;
    }

    /// <summary>Standard deviation of what <see cref="Dot"/> gives for a vector and another of length 1.</summary>
    public float Deviation(int index) => _steps[index] / MathF.Sqrt(12);

    static int Level(float number, float step) => Zero + (int)MathF.Round(number / step);

    Span<byte> Bytes(int index) => _chunks[index / _perChunk].AsSpan(index % _perChunk * _half, _half);
}
