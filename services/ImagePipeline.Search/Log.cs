namespace ImagePipeline.Search;

/// <summary>What search writes to the log.</summary>
static partial class Log
{
    [LoggerMessage(Level = LogLevel.Error, Message = "A request was not served: {What} {Fault}")]
    public static partial void PartAway(this ILogger log, string what, string fault);
}
