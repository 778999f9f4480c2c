using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>The models that questions are asked by, each opened by the first question that needs it and kept.</summary>
public sealed class QueryModels(VectorStore vectors, ActiveModelStore active, ModelOptions options, EngineOptions engine) : IAsyncDisposable
{
    /// <summary>A model holds its weights; a database knows few that are of use.</summary>
    const int MostOpen = 4;

    readonly Dictionary<string, (EmbeddingModel Model, EmbeddingEngine Engine)> _open = [];
    readonly SemaphoreSlim _one = new(1);

    /// <summary>The engine of a model.</summary>
    /// <param name="modelId">Its id in the database; null for the active one.</param>
    /// <param name="cancel">Stops the waiting.</param>
    /// <exception cref="QueryModelException">There is no such model, or its file is not here; the message says what to
    /// do.</exception>
    public async Task<EmbeddingEngine> OpenAsync(string? modelId, CancellationToken cancel)
    {
        var row = modelId is null
            ? await active.FindAsync(cancel)
                ?? throw new QueryModelException("the collection has no vectors yet. Make them with: imagepipeline run FOLDER")
            : (await vectors.ListModelsAsync(cancel)).FirstOrDefault(known => known.ModelId == modelId)
                ?? throw new QueryModelException($"the collection has no vectors of a model '{modelId}'; /v1/status lists its models.");
        await _one.WaitAsync(cancel);
        try
        {
            if (!_open.TryGetValue(row.ModelId, out var found))
            {
                _open.Add(row.ModelId, found = Open(row));
            }

            return found.Engine;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var (model, opened) in _open.Values)
        {
            await opened.DisposeAsync();
            model.Dispose();
        }

        _one.Dispose();
    }

    (EmbeddingModel, EmbeddingEngine) Open(ModelRow row)
    {
        if (_open.Count == MostOpen)
        {
            throw new QueryModelException($"{MostOpen} models are open already; start the service again to ask by others.");
        }

        var folder = InstalledModels.Find(row) ?? throw new QueryModelException(
            $"the file of model {row.ModelId} (SHA-256 {row.Sha256 ?? "unknown"}) is not installed here. Get it with: imagepipeline models "
            + $"pull {row.Name}, or models add PATH.");
        var model = EmbeddingModel.Open(folder.Manifest, options);
        return (model, new EmbeddingEngine(model, engine));
    }
}

/// <summary>A question cannot be asked by a model; the message says why and what to do.</summary>
public sealed class QueryModelException(string message) : Exception(message);
