using System.Text.Json;
using System.Text.Json.Serialization;

namespace ImagePipeline.Storage;

/// <summary>State of an ingest job.</summary>
public enum JobState
{
    /// <summary>The source is not parted into ranges yet.</summary>
    Planning,

    /// <summary>Under way, or its process was killed.</summary>
    Running,

    /// <summary>Stopped by a person until resumed.</summary>
    Paused,

    /// <summary>Ended by itself.</summary>
    Done,

    /// <summary>Stopped by a person for good.</summary>
    Cancelled,

    /// <summary>Stopped by an error, or by more of them than allowed; can be resumed.</summary>
    Failed,
}

/// <summary>Where a job's objects are listed.</summary>
public enum JobKind
{
    /// <summary>Folders and files of one machine.</summary>
    Folder,

    /// <summary>A bucket, or a prefix of it.</summary>
    S3,

    /// <summary>A file of addresses.</summary>
    Manifest,

    /// <summary>An S3 inventory report.</summary>
    Inventory,

    /// <summary>What failed in an earlier job.</summary>
    Retry,

    /// <summary>Objects that clients send.</summary>
    Upload,
}

/// <summary>What a job is asked to do; kept with it as JSON.</summary>
public sealed record JobRequest
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Where the objects are listed.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>Source in the words of who asked.</summary>
    public required string Source { get; init; }

    /// <summary>What is listed: <c>file:///folder</c>, <c>s3://bucket/prefix</c>, the address of a manifest, or the job to retry.</summary>
    public required IReadOnlyList<string> Roots { get; init; }

    /// <summary>Only objects that one of these globs matches; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>No objects that one of these globs matches.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>No objects smaller than this, bytes.</summary>
    public long? MinBytes { get; init; }

    /// <summary>No objects larger than this, bytes.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>The job stops when this many objects were rejected or failed; null: never.</summary>
    public long? ErrorLimit { get; init; }

    /// <summary>Everything is listed, compared and read, but only counts are stored.</summary>
    public bool DryRun { get; init; }

    /// <summary>The machine whose files are listed; null where any worker reaches the source.</summary>
    public string? Host { get; init; }

    /// <summary>Where relative paths in a manifest begin, or the prefix that limits an inventory.</summary>
    public string? Base { get; init; }

    /// <summary>Objects in the source, where that is known.</summary>
    public long? Expected { get; init; }

    /// <summary>As stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for jobs that kept none.</summary>
    public static JobRequest? Parse(string json) => json == "{}" ? null : JsonSerializer.Deserialize<JobRequest>(json, Json);
}

/// <summary>Counts of a job: <c>discovered = already known + ingested + rejected + failed</c> at any moment.</summary>
/// <param name="Discovered">Objects seen.</param>
/// <param name="AlreadyKnown">Unchanged since an earlier job.</param>
/// <param name="Ingested">Stored as images.</param>
/// <param name="Rejected">Refused for a lasting reason.</param>
/// <param name="Failed">Not read because of a passing fault.</param>
public sealed record JobCounts(long Discovered, long AlreadyKnown, long Ingested, long Rejected, long Failed)
{
    /// <summary>Whether they do add up.</summary>
    public bool AddUp => Discovered == AlreadyKnown + Ingested + Rejected + Failed;
}

/// <summary>An ingest job as it stands, with what later stages found.</summary>
public sealed record JobRow
{
    /// <summary>Its key.</summary>
    public required Guid JobId { get; init; }

    /// <summary>Where its objects are listed.</summary>
    public required JobKind Kind { get; init; }

    /// <summary>What was asked for.</summary>
    public required string Source { get; init; }

    /// <summary>Where it stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Whether only counts are stored.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>The machine whose files are listed.</summary>
    public string? Host { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Counts that hold after all stages so far.</summary>
    public required JobCounts Counts { get; init; }

    /// <summary>Objects passed over because of globs and sizes; not part of the counts.</summary>
    public long Filtered { get; init; }

    /// <summary>Objects in the source, where that is known.</summary>
    public long? Expected { get; init; }

    /// <summary>Ranges of the listing.</summary>
    public long Ranges { get; init; }

    /// <summary>Those not listed to their end.</summary>
    public long OpenRanges { get; init; }

    /// <summary>Those that a worker has at present.</summary>
    public long LeasedRanges { get; init; }

    /// <summary>What stopped it, or what its worker stumbles over.</summary>
    public string? Error { get; init; }

    /// <summary>What was asked for, in full; null for jobs that kept none.</summary>
    public JobRequest? Request { get; init; }

    /// <summary>What begins a job over what failed in this one: on its machine, where its files are on one.</summary>
    public JobRequest Retry => new()
    {
        Kind = JobKind.Retry,
        Source = $"failed of {JobId.ToString("n")[..8]}: {Source}",
        Roots = [JobId.ToString()],
        Host = Host,
        Expected = Counts.Failed,
    };

    /// <summary>True where nothing more will happen by itself.</summary>
    public bool HasEnded => State is JobState.Done or JobState.Cancelled or JobState.Failed;
}
