using Microsoft.Extensions.Logging;

namespace ImagePipeline.Hosting;

/// <summary>What the host of a service says.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Queue {Queue} is paused: nothing is fetched from it.")]
    public static partial void Paused(this ILogger log, string queue);

    [LoggerMessage(2, LogLevel.Information, "Queue {Queue} is resumed.")]
    public static partial void Resumed(this ILogger log, string queue);

    [LoggerMessage(3, LogLevel.Warning, "Cannot tell which queues are paused, all stay as they are: {Fault}")]
    public static partial void PausingUnknown(this ILogger log, string fault);

    [LoggerMessage(4, LogLevel.Information, "Started {Service}; health and metrics at {Url}.")]
    public static partial void Started(this ILogger log, string service, string url);

    [LoggerMessage(5, LogLevel.Information, "Stopping: batches at work have {DrainSeconds} s to end; a second signal ends at once.")]
    public static partial void Draining(this ILogger log, int drainSeconds);

    [LoggerMessage(6, LogLevel.Information, "Image {ImageId} at {Uri} is not in the database any more; its message is dropped.")]
    public static partial void ImageGone(this ILogger log, Guid imageId, string uri);
}
