using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>
/// What the near-duplicate search holds of a model: the distances that decide its pairs, and an index of the vectors so far; two where the
/// model tells copies by a part of the vector and look-alikes by the whole.
/// </summary>
public sealed class RelatedModel(ModelRow row)
{
    // Read once: the row finds it in the text of its manifest.
    readonly int _copyDimensions = row.CopyDimensions;
    readonly VectorIndex _whole = new(row.Dimensions);
    readonly VectorIndex? _part = row.CopyDimensions < row.Dimensions ? new(row.CopyDimensions) : null;

    /// <summary>Cosine distance up to which two images are edited copies; null where the model never decides that.</summary>
    public double? CopyDistance { get; } = row.CopyDistance;

    /// <summary>Cosine distance up to which two images are similar; null where the model never decides that.</summary>
    public double? SimilarDistance { get; } = row.SimilarDistance;

    /// <summary>Whether the model decides anything, so that its vectors need comparing.</summary>
    public bool Decides => CopyDistance is not null || SimilarDistance is not null;

    /// <summary>What of a vector tells copies.</summary>
    public ReadOnlySpan<float> CopyPart(ReadOnlySpan<float> vector) => vector[.._copyDimensions];

    /// <summary>Adds a vector unless its image is there already.</summary>
    public void Add(Guid imageId, ReadOnlySpan<float> vector)
    {
        _whole.Add(imageId, vector);
        _part?.Add(imageId, CopyPart(vector));
    }

    /// <summary>Images that may be copies or look-alikes of an image, its own left out.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="vector">Its vector, whole.</param>
    /// <param name="copies">Most candidates that may be copies.</param>
    /// <param name="similar">Most candidates that are not.</param>
    public IEnumerable<Guid> Candidates(Guid imageId, ReadOnlySpan<float> vector, int copies, int similar)
    {
        var (copy, alike) = (CopyDistance ?? 0, SimilarDistance ?? 0);
        if (_part is null)
        {
            return _whole.Candidates(imageId, vector, Math.Max(copy, alike), similar, copy, copies + similar);
        }

        var near = _part.Candidates(imageId, CopyPart(vector), copy, copies, copy, copies);
        return SimilarDistance is null ? near : near.Union(_whole.Candidates(imageId, vector, alike, similar, 0, similar));
    }
}
