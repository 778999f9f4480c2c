using ImagePipeline.Inference;

namespace ImagePipeline.Cli;

/// <summary>An engine and the model it runs; both are disposed, the engine first.</summary>
sealed record OpenedEngine(EmbeddingModel Model, EmbeddingEngine Engine) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Model.Dispose();
    }
}
