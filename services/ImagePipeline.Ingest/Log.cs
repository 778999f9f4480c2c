using ImagePipeline.Storage;

namespace ImagePipeline.Ingest;

/// <summary>What ingest writes to the log.</summary>
static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message =
        "{Images} images are stored but not announced ({Fault}); the reconciler will announce them")]
    public static partial void NotAnnounced(this ILogger log, int images, string fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request was not served because {Part} is away: {Fault}")]
    public static partial void PartAway(this ILogger log, string part, string fault);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} taken up")]
    public static partial void JobTaken(this ILogger log, Guid jobId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} left, it is {State}")]
    public static partial void JobLeft(this ILogger log, Guid jobId, JobState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} cannot go on at present and will be tried again")]
    public static partial void JobStuck(this ILogger log, Guid jobId, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} failed")]
    public static partial void JobFailed(this ILogger log, Guid jobId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; jobs wait")]
    public static partial void DatabaseAway(this ILogger log, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Messages} messages seemed lost and were sent again")]
    public static partial void SentAgain(this ILogger log, long messages);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The search for lost work failed and will be repeated: {Fault}")]
    public static partial void SearchFailed(this ILogger log, string fault);
}
