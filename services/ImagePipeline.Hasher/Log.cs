namespace ImagePipeline.Hasher;

/// <summary>What the hasher says.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Image {ImageId} at {Uri} is not in the database any more; its message is dropped.")]
    public static partial void ImageGone(this ILogger log, Guid imageId, string uri);
}
