using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Clusterer;

/// <summary>
/// 256-bit sign codes of the vectors of one model, in memory, growing as images arrive: few enough bytes to scan all of them for
/// every arrival, and near enough to the angle to leave only a handful of vectors to compare exactly.
/// Memory: about 100 bytes per image.
/// </summary>
public sealed class VectorIndex(string modelId)
{
    readonly List<Guid> _ids = [];
    readonly HashSet<Guid> _known = [];
    readonly HammingScan _codes = new();
    readonly List<Match> _found = [];

    /// <summary>The model whose vectors are indexed.</summary>
    public string ModelId => modelId;

    /// <summary>Adds a vector unless its image is there already.</summary>
    public void Add(Guid imageId, ReadOnlySpan<float> vector)
    {
        if (_known.Add(imageId))
        {
            _ids.Add(imageId);
            _codes.Add(SignCode.Of(vector));
        }
    }

    /// <summary>Images that may lie within <paramref name="maxDistance"/> of a vector, most likely first, its own left out.</summary>
    /// <param name="imageId">The image of the vector.</param>
    /// <param name="vector">The vector.</param>
    /// <param name="maxDistance">Cosine distance, 0 to 1.</param>
    /// <param name="limit">Most images returned.</param>
    public IReadOnlyList<Guid> Candidates(Guid imageId, ReadOnlySpan<float> vector, double maxDistance, int limit)
    {
        _found.Clear();
        _codes.Search(SignCode.Of(vector), SignCode.RadiusFor(maxDistance), _found);
        return [.. _found.OrderBy(match => match.Distance).Select(match => _ids[match.Ordinal])
            .Where(id => id != imageId).Take(limit)];
    }
}
