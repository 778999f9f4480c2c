using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Ingest;

/// <summary>The search for lost work in a fleet, section <c>Reconciler</c>.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>Seconds between two searches. Default 60.</summary>
    [Range(1, 86_400)]
    public int IntervalSeconds { get; init; } = 60;

    /// <summary>Minutes that nothing must have happened to an image before its message counts as lost. Default 30: longer than a batch
    /// may take with all its retries, so that what is at work is rarely sent twice, which would be harmless.</summary>
    [Range(0, 10_080)]
    public int AgeMinutes { get; init; } = 30;

    /// <summary>Most images sent again to a stage by one search. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MostImages { get; init; } = 10_000;

    /// <summary>How often an image is sent again to a stage, and how often it may have failed there, before it is left to people. Default
    /// 3: an image that kills its consumer must not do so for ever.</summary>
    [Range(1, 1000)]
    public int MostTimes { get; init; } = 3;
}
