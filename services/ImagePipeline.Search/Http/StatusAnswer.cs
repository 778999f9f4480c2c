namespace ImagePipeline.Search.Http;

/// <summary>What is there, and what is left to do.</summary>
public sealed record StatusAnswer
{
    /// <summary>Where the database is, without secrets.</summary>
    public required string Database { get; init; }

    /// <summary>Whether this is part of a fleet, whose queues <c>/v1/queues</c> shows.</summary>
    public required bool HasQueues { get; init; }

    /// <summary>When it was counted; an answer may be some seconds old.</summary>
    public required DateTimeOffset CountedAt { get; init; }

    /// <summary>Images with at least one file, rejected ones left out.</summary>
    public required long Images { get; init; }

    /// <summary>Files by state and reason.</summary>
    public required IReadOnlyList<FileCount> Files { get; init; }

    /// <summary>Files that were refused or failed, at ingest or at a stage, by state and reason: what <c>/v1/failures</c> lists.</summary>
    public required IReadOnlyList<FileCount> Trouble { get; init; }

    /// <summary>How far each stage is, in images.</summary>
    public required IReadOnlyList<StageCount> Stages { get; init; }

    /// <summary>Groups by kind.</summary>
    public required IReadOnlyDictionary<string, long> Duplicates { get; init; }

    /// <summary>Images too flat to be matched by hash.</summary>
    public required long Flat { get; init; }

    /// <summary>Models, the active one marked.</summary>
    public required IReadOnlyList<ModelAnswer> Models { get; init; }

    /// <summary>The latest jobs.</summary>
    public required IReadOnlyList<JobSummary> Jobs { get; init; }

    /// <summary>Jobs whose files failed and were not read since, the most files first: what can be tried again, and how.</summary>
    public required IReadOnlyList<RetryAnswer> Retries { get; init; }
}

/// <summary>What failed in a job and can be tried again.</summary>
/// <param name="JobId">The job, for <c>/v1/jobs/{id}/retry</c>.</param>
/// <param name="Source">What it was over.</param>
/// <param name="Files">Files that failed.</param>
/// <param name="Here">Whether this service can order it. Else nothing here would do it, and a person gives the command.</param>
/// <param name="Busy">Whether the job, or one that tries its files again, is still at work.</param>
/// <param name="Host">The machine that has the files, where only that has.</param>
/// <param name="Command">What does it on the command line.</param>
public sealed record RetryAnswer(Guid JobId, string Source, long Files, bool Here, bool Busy, string? Host, string Command);

/// <summary>Files of one state and reason.</summary>
/// <param name="State">ingested, rejected or failed.</param>
/// <param name="Reason">Reason code; absent for ingested.</param>
/// <param name="Count">How many.</param>
public sealed record FileCount(string State, string? Reason, long Count);

/// <summary>How far a stage is.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Done">Images finished.</param>
/// <param name="Rejected">Images refused for good.</param>
/// <param name="Failed">Images to be tried again.</param>
/// <param name="ToDo">Images not tried yet.</param>
public sealed record StageCount(string Stage, long Done, long Rejected, long Failed, long ToDo);

/// <summary>A model of the collection.</summary>
/// <param name="ModelId">Its id.</param>
/// <param name="Dimensions">Length of its vectors.</param>
/// <param name="Active">Whether questions use it.</param>
public sealed record ModelAnswer(string ModelId, int Dimensions, bool Active);

/// <summary>A job in short.</summary>
/// <param name="JobId">Its key.</param>
/// <param name="Source">What was asked for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Discovered">Files seen.</param>
/// <param name="Ingested">Of those, stored.</param>
/// <param name="AlreadyKnown">Of those, unchanged.</param>
/// <param name="Rejected">Of those, refused.</param>
/// <param name="Failed">Of those, failed.</param>
/// <param name="Expected">Files in the source, where that is known.</param>
/// <param name="Error">What stopped it.</param>
public sealed record JobSummary(
    Guid JobId, string Source, string State, DateTimeOffset StartedAt, long Discovered, long Ingested, long AlreadyKnown, long Rejected,
    long Failed, long? Expected, string? Error);

/// <summary>Files that gave no image.</summary>
/// <param name="Files">By address.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null at the end.</param>
public sealed record FailurePage(IReadOnlyList<FailureAnswer> Files, string? Next);

/// <summary>A file that was refused or failed.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="Path">The same as people write it.</param>
/// <param name="ImageId">Its content, where it was read.</param>
/// <param name="State">rejected or failed.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Detail">In words.</param>
public sealed record FailureAnswer(string Uri, string Path, Guid? ImageId, string State, string Reason, string? Detail);

/// <summary>The queues of a fleet.</summary>
/// <param name="Queues">In the order of an image's way.</param>
public sealed record QueueList(IReadOnlyList<QueueAnswer> Queues);

/// <summary>The queue of a stage.</summary>
/// <param name="Queue">Its name.</param>
/// <param name="Ready">Messages that no consumer has; absent where it was never declared.</param>
/// <param name="InWork">Messages at work; absent where the broker's management is not known.</param>
/// <param name="Failed">Dead letters.</param>
/// <param name="Paused">Whether people paused it.</param>
public sealed record QueueAnswer(string Queue, long? Ready, long? InWork, long? Failed, bool Paused);
