using System.Text.Json.Serialization;

namespace ImagePipeline.Cli.Embedded;

/// <summary>How a run ended. <c>discovered = ingested + already_known + rejected + failed</c>.</summary>
public sealed record RunReport
{
    /// <summary>The job that the run was.</summary>
    public required Guid JobId { get; init; }

    /// <summary>How the job ended, as <c>jobs</c> says it: done, failed (stopped by errors), paused or cancelled.</summary>
    public required string State { get; init; }

    /// <summary>What stopped the job.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Files seen.</summary>
    public required long Discovered { get; init; }

    /// <summary>Files that are now in the database and were not before.</summary>
    public required long Ingested { get; init; }

    /// <summary>Files that were there before, unchanged.</summary>
    public required long AlreadyKnown { get; init; }

    /// <summary>Files that are no usable image, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    /// <summary>Files that could not be treated for a reason outside them, by reason.</summary>
    public required IReadOnlyDictionary<string, long> Failed { get; init; }

    /// <summary>What each stage did in this run.</summary>
    public required IReadOnlyList<StageReport> Stages { get; init; }

    /// <summary>Groups in the whole collection, by kind.</summary>
    public required IReadOnlyDictionary<string, long> Duplicates { get; init; }

    /// <summary>Images of the collection with too little structure to be matched by hash; only equal pixels tell them apart.</summary>
    public required long Flat { get; init; }

    /// <summary>Duration of the run.</summary>
    public required double Seconds { get; init; }

    /// <summary>The data folder, or the host of the database in its place.</summary>
    public required string Data { get; init; }

    /// <summary>Whether <see cref="Data"/> is a folder of the embedded database.</summary>
    [JsonIgnore]
    public bool IsEmbedded { get; init; }

    /// <summary>True when Ctrl-C ended the run early.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Interrupted { get; init; }
}

/// <summary>One stage of a run.</summary>
/// <param name="Name">As in <c>image_stage.stage</c>; <c>ingest</c> is the walk.</param>
/// <param name="Done">Images treated.</param>
/// <param name="Seconds">Time its workers spent at work, summed over workers.</param>
/// <param name="PerSecond">Images per second of one worker.</param>
public sealed record StageReport(string Name, long Done, double Seconds, double PerSecond);
