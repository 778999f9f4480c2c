using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Embedder;

/// <summary>Says where the model runs, and makes it known to the database before the first message is taken.</summary>
public sealed class ModelRegistration(
    VectorStore vectors, ActiveModelStore models, EmbeddingEngine engine, ILogger<ModelRegistration> log) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var row = RowOf(engine.Model.Manifest);
        log.ModelRuns(row.ModelId, engine.Model.ProviderReason, engine.BatchSize, engine.Threads);
        await vectors.RegisterModelAsync(row, cancellationToken);
        if (await models.FindAsync(cancellationToken) is { } active && active.ModelId != row.ModelId)
        {
            log.OtherModelIsActive(row.ModelId, active.ModelId);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What the database keeps of a model.</summary>
    public static ModelRow RowOf(ModelManifest manifest) => new(
        manifest.ModelId.ToString(), manifest.Name, manifest.Version, manifest.Output.Dimensions, manifest.ToJson());
}
