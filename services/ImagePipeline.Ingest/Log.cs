using ImagePipeline.Storage;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Ingest;

/// <summary>What ingest writes to the log.</summary>
static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} taken up")]
    public static partial void JobTaken(ILogger logger, Guid jobId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {JobId} left, it is {State}")]
    public static partial void JobLeft(ILogger logger, Guid jobId, JobState state);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {JobId} cannot go on at present and will be tried again")]
    public static partial void JobStuck(ILogger logger, Guid jobId, Exception fault);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {JobId} failed")]
    public static partial void JobFailed(ILogger logger, Guid jobId, Exception fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database does not answer; jobs wait")]
    public static partial void DatabaseAway(ILogger logger, Exception fault);
}
