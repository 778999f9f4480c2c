using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Embedder;

/// <summary>Says where the model runs, and makes it known to the database before the first message is taken.</summary>
public sealed class ModelRegistration(VectorStore vectors, EmbeddingEngine engine, ILogger<ModelRegistration> log) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var model = engine.Model;
        log.ModelRuns(model.Manifest.ModelId.ToString(), model.ProviderReason, engine.BatchSize, engine.Threads);
        return vectors.RegisterModelAsync(RowOf(model.Manifest), cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What the database keeps of a model.</summary>
    public static ModelRow RowOf(ModelManifest manifest) => new(
        manifest.ModelId.ToString(), manifest.Name, manifest.Version, manifest.Output.Dimensions, manifest.ToJson());
}
