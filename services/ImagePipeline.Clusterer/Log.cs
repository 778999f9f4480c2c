namespace ImagePipeline.Clusterer;

/// <summary>What the clusterer says.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Look-alikes are grouped, up to change {Changes} of the pairs.")]
    public static partial void SimilarGrouped(this ILogger log, long changes);

    [LoggerMessage(2, LogLevel.Warning, "Look-alikes could not be grouped and will be later: {Fault}")]
    public static partial void SimilarNotGrouped(this ILogger log, string fault);
}
