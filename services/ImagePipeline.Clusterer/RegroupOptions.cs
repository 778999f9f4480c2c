using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Clusterer;

/// <summary>When look-alikes are grouped in a fleet, section <c>Regroup</c>.</summary>
public sealed record RegroupOptions
{
    /// <summary>Seconds without a new pair, from any process, after which look-alikes are grouped. Default 10.</summary>
    [Range(1, 86_400)]
    public int QuietSeconds { get; init; } = 10;

    /// <summary>Minutes after which they are grouped although pairs still come. Default 15: grouping all of them costs seconds per
    /// million pairs, and their groups are at most so old.</summary>
    [Range(1, 10_080)]
    public int MostMinutes { get; init; } = 15;
}
