using System.Text.Json;
using ImagePipeline.Storage;

namespace ImagePipeline.Ingest.Http;

/// <summary>A request for a job over a bucket.</summary>
public sealed record JobOrder
{
    /// <summary><c>s3://bucket/prefix</c>, below one of <c>Ingest:AllowedSources</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Only objects that one of these globs matches.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>No objects that one of these globs matches.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>No objects smaller than this, bytes.</summary>
    public long? MinBytes { get; init; }

    /// <summary>No objects larger than this, bytes.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>List, compare and read everything, and store nothing but the counts.</summary>
    public bool DryRun { get; init; }

    /// <summary><c>continue</c> (the default), <c>stop</c> at the first error, or a number of errors to stop at.</summary>
    public JsonElement? OnErrors { get; init; }

    /// <summary>Errors to stop at, null for never; false where <see cref="OnErrors"/> is no such word or number.</summary>
    internal bool TryErrorLimit(out long? limit)
    {
        limit = null;
        switch (OnErrors)
        {
            case null or { ValueKind: JsonValueKind.Null }:
                return true;
            case { ValueKind: JsonValueKind.Number } number when number.TryGetInt64(out var count) && count > 0:
                limit = count;
                return true;
            case { ValueKind: JsonValueKind.String } word:
                limit = word.GetString() == "stop" ? 1 : null;
                return word.GetString() is "stop" or "continue";
            default:
                return false;
        }
    }
}

/// <summary>A job as it stands. <c>discovered = ingested + already_known + rejected + failed</c> at any moment.</summary>
public sealed record JobAnswer
{
    /// <summary>Its key.</summary>
    public required Guid JobId { get; init; }

    /// <summary><c>folder</c>, <c>s3</c>, <c>manifest</c>, <c>inventory</c>, <c>retry</c> or <c>upload</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was asked for.</summary>
    public required string Source { get; init; }

    /// <summary><c>planning</c>, <c>running</c>, <c>paused</c>, <c>done</c>, <c>cancelled</c> or <c>failed</c>.</summary>
    public required string State { get; init; }

    /// <summary>Whether only counts are stored.</summary>
    public required bool DryRun { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Objects seen.</summary>
    public required long Discovered { get; init; }

    /// <summary>Objects stored as images.</summary>
    public required long Ingested { get; init; }

    /// <summary>Objects unchanged since an earlier job.</summary>
    public required long AlreadyKnown { get; init; }

    /// <summary>Objects that are no usable image.</summary>
    public required long Rejected { get; init; }

    /// <summary>Objects that could not be treated for a reason outside them.</summary>
    public required long Failed { get; init; }

    /// <summary>Objects passed over because of globs and sizes; not part of the counts.</summary>
    public required long Filtered { get; init; }

    /// <summary>Objects in the source, where that is known beforehand.</summary>
    public long? Expected { get; init; }

    /// <summary>What stopped it, or what its worker stumbles over.</summary>
    public string? Error { get; init; }

    /// <summary>Why objects were rejected or failed; only where one job was asked for.</summary>
    public IReadOnlyList<JobTrouble>? Reasons { get; init; }

    /// <summary>The answer about a stored job.</summary>
    internal static JobAnswer Of(JobRow job, IReadOnlyList<SourceCount>? trouble = null) => new()
    {
        JobId = job.JobId,
        Kind = Word(job.Kind),
        Source = job.Source,
        State = Word(job.State),
        DryRun = job.IsDryRun,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        Discovered = job.Counts.Discovered,
        Ingested = job.Counts.Ingested,
        AlreadyKnown = job.Counts.AlreadyKnown,
        Rejected = job.Counts.Rejected,
        Failed = job.Counts.Failed,
        Filtered = job.Filtered,
        Expected = job.Expected,
        Error = job.Error,
        Reasons = trouble is null
            ? null
            : [.. trouble.Select(count => new JobTrouble(Word(count.State), count.Reason ?? "unknown", count.Count))],
    };

    static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}

/// <summary>How many objects of a job ended in one way.</summary>
/// <param name="State"><c>rejected</c> or <c>failed</c>.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Count">Objects.</param>
public sealed record JobTrouble(string State, string Reason, long Count);

/// <summary>Jobs, the latest first.</summary>
/// <param name="Jobs">The jobs.</param>
public sealed record JobList(IReadOnlyList<JobAnswer> Jobs);
