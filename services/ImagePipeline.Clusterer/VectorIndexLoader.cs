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

/// <summary>Keeps the index of each model in step with the database, where other processes write too.</summary>
public sealed class VectorIndexLoader(VectorStore vectors) : IDisposable
{
    readonly SemaphoreSlim _gate = new(1);
    readonly Dictionary<string, Followed> _models = new(StringComparer.Ordinal);

    /// <summary>The index of <paramref name="modelId"/> with every vector that is stored by now.</summary>
    public async Task<RelatedModel> CatchUpAsync(string modelId, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            if (!_models.TryGetValue(modelId, out var followed))
            {
                var row = await vectors.GetModelAsync(modelId, cancel);
                _models[modelId] = followed = new Followed(
                    new RelatedModel(new VectorIndex(row.Dimensions), row.CopyDistance, row.SimilarDistance));
            }

            if (followed.Model.Reach is not null)
            {
                followed.Horizon = await vectors.FollowAsync(
                    modelId, followed.Horizon, row => followed.Model.Index.Add(row.ImageId, row.Vector), cancel);
            }

            return followed.Model;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    sealed class Followed(RelatedModel model)
    {
        public RelatedModel Model => model;

        public ulong Horizon { get; set; }
    }
}
