using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli;

/// <summary>What <c>serve</c> logs.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "Clusters that were asked for could not be computed and will be later: {Fault}")]
    public static partial void ServedClustersFailed(this ILogger log, string fault);
}
