using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer;

/// <summary>
/// 256-bit sign codes of the vectors of one model, in memory, growing as images arrive: few enough bytes to scan all of them for
/// every arrival, and near enough to the angle to leave only a handful of vectors to compare exactly.
/// Memory: about 60 bytes per image.
/// </summary>
public sealed class VectorIndex(int dimensions)
{
    /// <summary>The codes live in memory only, so any fixed rotation does.</summary>
    const ulong Rotation = 1;

    readonly SignCode _rotation = new(dimensions, Rotation);
    readonly IdNumbers _ids = new();
    readonly ChunkedList<Hash256> _codes = new(); // by the number of the image
    readonly List<Match> _found = [];

    /// <summary>Adds a vector unless its image is there already.</summary>
    public void Add(Guid imageId, ReadOnlySpan<float> vector)
    {
        if (HasDirection(vector) && _ids.Add(imageId, out _))
        {
            _codes.Add(_rotation.Encode(vector));
        }
    }

    /// <summary>Images that may lie within <paramref name="maxDistance"/> of a vector, most likely first, its own left out: at most
    /// <paramref name="limit"/>, and beyond <paramref name="few"/> only those that may lie within <paramref name="nearDistance"/>. An
    /// image at the very distance is missed once in about a thousand; nearer ones practically never.</summary>
    /// <param name="imageId">The image of the vector.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="maxDistance">Cosine distance, 0 to 1.</param>
    /// <param name="few">Most images that are not near.</param>
    /// <param name="nearDistance">Cosine distance, at most <paramref name="maxDistance"/>.</param>
    /// <param name="limit">Most images returned, at least <paramref name="few"/>.</param>
    public IReadOnlyList<Guid> Candidates(
        Guid imageId, ReadOnlySpan<float> vector, double maxDistance, int few, double nearDistance, int limit)
    {
        if (!HasDirection(vector))
        {
            return [];
        }

        // One more, for its own.
        HammingScan.Nearest(
            _codes, _rotation.Encode(vector), limit + 1, Radius(maxDistance), _found);
        var near = Radius(nearDistance);
        return [.. _found.Where(match => _ids[match.Ordinal] != imageId)
            .Where((match, at) => at < few || match.Distance <= near).Take(limit).Select(match => _ids[match.Ordinal])];
    }

    /// <summary>The expected number of differing bits and three standard deviations of the binomial that it follows.</summary>
    static int Radius(double maxDistance)
    {
        var expected = SignCode.ExpectedDistance(maxDistance);
        var share = expected / SignCode.Bits;
        return (int)Math.Ceiling(Math.Min(SignCode.Bits, expected + (3 * Math.Sqrt(SignCode.Bits * share * (1 - share)))));
    }

    static bool HasDirection(ReadOnlySpan<float> vector) => vector.ContainsAnyExcept(0f);
}
