namespace ImagePipeline.Embedder;

/// <summary>What the embedder says.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Image {ImageId} at {Uri} is not in the database any more; its message is dropped.")]
    public static partial void ImageGone(this ILogger log, Guid imageId, string uri);

    [LoggerMessage(2, LogLevel.Information, "Model {ModelId} runs on {Provider}; batches of {BatchSize}, {Threads} at once.")]
    public static partial void ModelRuns(this ILogger log, string modelId, string provider, int batchSize, int threads);
}
