using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Embedder;

/// <summary>Makes the model known to the database before the first message is taken.</summary>
public sealed class ModelRegistration(VectorStore vectors, EmbeddingEngine engine) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) =>
        vectors.RegisterModelAsync(RowOf(engine.Model.Manifest), cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>What the database keeps of a model.</summary>
    public static ModelRow RowOf(ModelManifest manifest) => new(
        manifest.ModelId.ToString(), manifest.Name, manifest.Version, manifest.Output.Dimensions, manifest.ToJson());
}
