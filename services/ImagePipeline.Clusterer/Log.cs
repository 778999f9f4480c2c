namespace ImagePipeline.Clusterer;

/// <summary>What the clusterer says.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Look-alikes are grouped, up to change {Changes} of the pairs.")]
    public static partial void SimilarGrouped(this ILogger log, long changes);

    [LoggerMessage(2, LogLevel.Warning, "Look-alikes could not be grouped and will be later: {Fault}")]
    public static partial void SimilarNotGrouped(this ILogger log, string fault);

    [LoggerMessage(3, LogLevel.Information, "Clustering run {RunId} of model {ModelId} begins: {Reason}.")]
    public static partial void RunStarted(this ILogger log, int runId, string modelId, string reason);

    [LoggerMessage(4, LogLevel.Information, "Clustering run {RunId} is done: {Images} images in {Clusters} clusters, {Unassigned} in none, after {Seconds:0.0} s.")]
    public static partial void RunDone(this ILogger log, int runId, long images, int clusters, long unassigned, double seconds);

    [LoggerMessage(5, LogLevel.Warning, "Clustering run {RunId} is given up: its process {Worker} died.")]
    public static partial void RunAbandoned(this ILogger log, int runId, string worker);

    [LoggerMessage(6, LogLevel.Warning, "Clustering run {RunId} failed: {Fault}")]
    public static partial void RunFailed(this ILogger log, int runId, string fault);

    [LoggerMessage(7, LogLevel.Information, "Clustering run {RunId}: {Words}")]
    public static partial void Carried(this ILogger log, int runId, string words);

    [LoggerMessage(8, LogLevel.Information, "{Arrived} images joined their clusters that no message told of, {Unassigned} of them none.")]
    public static partial void ArrivalsFound(this ILogger log, long arrived, long unassigned);

    [LoggerMessage(9, LogLevel.Warning, "Clusters could not be looked after and will be later: {Fault}")]
    public static partial void UpkeepFailed(this ILogger log, string fault);
}
