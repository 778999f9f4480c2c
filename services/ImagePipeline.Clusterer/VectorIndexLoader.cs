using System.Collections.Concurrent;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>A model's index with the distances that decide its pairs.</summary>
/// <param name="Index">The vectors so far.</param>
/// <param name="CopyDistance">Cosine distance up to which two images are edited copies; null where the model never decides that.</param>
/// <param name="SimilarDistance">Cosine distance up to which two images are similar; null where the model never decides that.</param>
public sealed record RelatedModel(VectorIndex Index, double? CopyDistance, double? SimilarDistance)
{
    /// <summary>The larger of both distances, or null where there is neither and nothing needs comparing.</summary>
    public double? Reach => CopyDistance is { } copy && SimilarDistance is { } similar
        ? Math.Max(copy, similar)
        : CopyDistance ?? SimilarDistance;
}

/// <summary>Builds the index of a model from the database once, before its first batch.</summary>
public sealed class VectorIndexLoader(VectorStore vectors) : IDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    readonly ConcurrentDictionary<string, RelatedModel> _models = new(StringComparer.Ordinal);

    /// <summary>The index of <paramref name="modelId"/>, loaded on the first call.</summary>
    public async Task<RelatedModel> GetAsync(string modelId, CancellationToken cancel)
    {
        if (_models.TryGetValue(modelId, out var loaded))
        {
            return loaded;
        }

        await _gate.WaitAsync(cancel);
        try
        {
            if (_models.TryGetValue(modelId, out loaded))
            {
                return loaded;
            }

            var row = await vectors.GetModelAsync(modelId, cancel);
            var model = new RelatedModel(new VectorIndex(row.Dimensions), row.CopyDistance, row.SimilarDistance);
            if (model.Reach is not null)
            {
                await foreach (var (imageId, vector) in vectors.StreamAsync(modelId, cancel: cancel))
                {
                    model.Index.Add(imageId, vector);
                }
            }

            return _models[modelId] = model;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();
}
