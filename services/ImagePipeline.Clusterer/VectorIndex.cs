using System.Numerics.Tensors;
using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer;

/// <summary>What is looked for among vectors.</summary>
/// <param name="MaxDistance">Cosine distance, 0 to 1.</param>
/// <param name="Most">Most images.</param>
public readonly record struct VectorWish(double MaxDistance, int Most);

/// <summary>
/// Codes of the vectors of one model, in memory, growing as images arrive: 256 bits, few enough to scan all of them for every arrival, and
/// four bits a dimension to look closer at those that may be near. What is left is compared exactly, by who asks.
/// Memory: 70 bytes an image, 32 more where a part of the vector tells copies, and half a byte a dimension.
/// </summary>
/// <param name="dimensions">Numbers of a vector.</param>
/// <param name="partDimensions">As many first ones tell copies; all, where the whole does.</param>
public sealed class VectorIndex(int dimensions, int partDimensions)
{
    /// <summary>The codes live in memory only, so any fixed rotation does.</summary>
    const ulong Rotation = 1;

    /// <summary>Most images looked at closer for one that is wanted. In a collection of one kind of pictures all may be near enough by
    /// their bits.</summary>
    const int LookedAtPerWanted = 16;

    /// <summary>Standard deviations of an estimate that an image is given.</summary>
    const double Doubt = 3;

    readonly SignCode _wholeCode = new(dimensions, Rotation);
    readonly SignCode? _partCode = partDimensions < dimensions ? new(partDimensions, Rotation) : null;
    readonly IdNumbers _ids = new();
    // by the number of the image
    readonly ChunkedList<Hash256> _wholes = new();
    readonly ChunkedList<Hash256> _parts = new();
    readonly ChunkedList<float> _partLengths = new();
    readonly NibbleVectors _vectors = new(dimensions);
    readonly List<Match> _found = [];

    /// <summary>Adds a vector unless its image is there already, or the vector says nothing: it is zero.</summary>
    public void Add(Guid imageId, ReadOnlySpan<float> vector)
    {
        if (!HasDirection(vector) || !_ids.Add(imageId, out _))
        {
            return;
        }

        _wholes.Add(_wholeCode.Encode(vector));
        _vectors.Add(vector);
        if (_partCode is not null)
        {
            _parts.Add(_partCode.Encode(vector[..partDimensions]));
            _partLengths.Add(TensorPrimitives.Norm(vector[..partDimensions]) / TensorPrimitives.Norm(vector));
        }
    }

    /// <summary>Images whose vector may lie near another by that part of it which tells copies.</summary>
    /// <inheritdoc cref="ByWhole"/>
    public IEnumerable<Guid> ByPart(Guid imageId, ReadOnlySpan<float> vector, VectorWish wish) => _partCode is null
        ? ByWhole(imageId, vector, wish)
        : Near(imageId, vector[..partDimensions], wish, _partCode, _parts, number => _partLengths[number]);

    /// <summary>Images whose vector may lie near another, nearest first as far as the codes tell, its own left out. One at the very
    /// distance is missed about once in four hundred; nearer ones practically never.</summary>
    /// <param name="imageId">The image of the vector.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="wish">How near, and how many.</param>
    public IEnumerable<Guid> ByWhole(Guid imageId, ReadOnlySpan<float> vector, VectorWish wish) =>
        Near(imageId, vector, wish, _wholeCode, _wholes, static _ => 1);

    Guid[] Near(
        Guid imageId, ReadOnlySpan<float> vector, VectorWish wish, SignCode code, ChunkedList<Hash256> codes, Func<int, float> lengthOf)
    {
        if (!HasDirection(vector))
        {
            return [];
        }

        // One more, for its own.
        HammingScan.Nearest(codes, code.Encode(vector), (LookedAtPerWanted * wish.Most) + 1, Radius(wish.MaxDistance), _found);
        var unit = vector.ToArray();
        TensorPrimitives.Divide(unit, TensorPrimitives.Norm<float>(unit), unit);
        return [.. _found.Where(match => _ids[match.Ordinal] != imageId)
            .Select(match => (Id: _ids[match.Ordinal], Distance: DistanceAtBest(match.Ordinal, unit, lengthOf(match.Ordinal))))
            .Where(image => image.Distance <= wish.MaxDistance)
            .OrderBy(image => image.Distance)
            .Take(wish.Most)
            .Select(image => image.Id)];
    }

    /// <summary>The distance if the estimate errs by as much as it may.</summary>
    double DistanceAtBest(int number, ReadOnlySpan<float> unit, float length) =>
        1 - ((_vectors.Dot(number, unit) + (Doubt * _vectors.Deviation(number))) / length);

    /// <summary>The expected number of differing bits and three standard deviations of the binomial that it follows.</summary>
    static int Radius(double maxDistance)
    {
        var expected = SignCode.ExpectedDistance(maxDistance);
        var share = expected / SignCode.Bits;
        return (int)Math.Ceiling(Math.Min(SignCode.Bits, expected + (Doubt * Math.Sqrt(SignCode.Bits * share * (1 - share)))));
    }

    /// <summary>Whether the part does, and so the whole.</summary>
    bool HasDirection(ReadOnlySpan<float> vector) => vector[..partDimensions].ContainsAnyExcept(0f);
}
