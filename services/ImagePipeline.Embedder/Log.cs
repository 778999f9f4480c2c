namespace ImagePipeline.Embedder;

/// <summary>What the embedder says.</summary>
static partial class Log
{
    [LoggerMessage(2, LogLevel.Warning, "This embedder runs {ModelId}, but the database is asked by {Active}: lost work is sent again for "
        + "that one alone, and look-alikes are its own. Choose with: imagepipeline models activate, or Model__Path.")]
    public static partial void OtherModelIsActive(this ILogger log, string modelId, string active);

    [LoggerMessage(3, LogLevel.Information, "Model {ModelId} runs on {Provider}; batches of {BatchSize}, {Threads} at once.")]
    public static partial void ModelRuns(this ILogger log, string modelId, string provider, int batchSize, int threads);
}
