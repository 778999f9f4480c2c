using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>What the near-duplicate search holds of a model: the distances that decide its pairs, and an index of the vectors so
/// far.</summary>
/// <param name="row">The model.</param>
/// <param name="minimumProbability">The least probability of a copy that is taken for one.</param>
public sealed class RelatedModel(ModelRow row, double minimumProbability)
{
    // Read once: the row finds it in the text of its manifest.
    readonly int _copyDimensions = row.CopyDimensions;
    readonly VectorIndex _vectors = new(row.Dimensions, row.CopyDimensions);

    /// <summary>Cosine distance up to which two images are edited copies; null where the model never decides that.</summary>
    public double? CopyDistance { get; } = row.CopyDistance(minimumProbability);

    /// <summary>Cosine distance up to which two images are similar; null where the model never decides that.</summary>
    public double? SimilarDistance { get; } = row.SimilarDistance;

    /// <summary>Whether the model decides anything, so that its vectors need comparing.</summary>
    public bool Decides => CopyDistance is not null || SimilarDistance is not null;

    /// <summary>What of a vector tells copies.</summary>
    public ReadOnlySpan<float> CopyPart(ReadOnlySpan<float> vector) => vector[.._copyDimensions];

    /// <summary>Adds a vector unless its image is there already.</summary>
    public void Add(Guid imageId, ReadOnlySpan<float> vector) => _vectors.Add(imageId, vector);

    /// <summary>Images that may be copies or look-alikes of an image, its own left out.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="vector">Its vector, whole.</param>
    /// <param name="copies">Most candidates that may be copies.</param>
    /// <param name="similar">Most candidates that may be look-alikes.</param>
    public IEnumerable<Guid> Candidates(Guid imageId, ReadOnlySpan<float> vector, int copies, int similar)
    {
        IEnumerable<Guid> near = CopyDistance is { } copy ? _vectors.ByPart(imageId, vector, new(copy, copies)) : [];
        return SimilarDistance is { } alike
            ? near.Union(_vectors.ByWhole(imageId, vector, new(alike, similar + (_copyDimensions == row.Dimensions ? copies : 0))))
            : near;
    }
}
