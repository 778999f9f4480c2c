using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>Keeps the index of each model in step with the database, where other processes write too.</summary>
public sealed class VectorIndexLoader(VectorStore vectors, RelateOptions options) : IDisposable
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
                _models[modelId] = followed = new Followed(new RelatedModel(row, options.CopyProbability));
            }

            if (followed.Model.Decides)
            {
                followed.Horizon = await vectors.FollowAsync(
                    modelId, followed.Horizon, row => followed.Model.Add(row.ImageId, row.Vector), cancel);
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
