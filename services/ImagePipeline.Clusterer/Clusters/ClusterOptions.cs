using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>When clusters are computed anew and how arrivals join them, section <c>Clusters</c>. A run of all images is
/// due when one of the rules says so and the last began long enough ago; with none of the rules they are computed on
/// command alone.</summary>
public sealed record ClusterOptions : IValidatableObject
{
    /// <summary>When a run is due by the clock, if images came since the last: minute, hour, day, month, weekday in UTC
    /// as in cron. Default each night at three. Empty for never.</summary>
    public string Schedule { get; init; } = "0 3 * * *";

    /// <summary>Percent by which the images must have grown since the last run for the next to be due. Default 20; 0
    /// for never.</summary>
    [Range(0, 10_000)]
    public int GrowthPercent { get; init; } = 20;

    /// <summary>Percent of the images that came since the last run which must be in no cluster for the next to be due.
    /// Default 30; 0 for never: half of what comes being unlike all that was there is a new kind of picture, a tenth is
    /// stragglers.</summary>
    [Range(0, 100)]
    public int UnassignedPercent { get; init; } = 30;

    /// <summary>Arrivals before their share in no cluster says anything. Default 100.</summary>
    [Range(1, 1_000_000)]
    public int LeastArrivals { get; init; } = 100;

    /// <summary>Images before the first run. Default 1,000.</summary>
    [Range(2, 1_000_000_000)]
    public int LeastImages { get; init; } = 1_000;

    /// <summary>Minutes between the beginnings of two runs that nobody asked for. Default 60: a collection that is
    /// being filled grows all the time.</summary>
    [Range(0, 525_600)]
    public int LeastMinutes { get; init; } = 60;

    /// <summary>Seconds between looks at what is due and at arrivals whose message was lost. Default 30.</summary>
    [Range(1, 86_400)]
    public int CheckSeconds { get; init; } = 30;

    /// <summary>Arrivals assigned and written together. Default 1,024: each batch counts up the sizes of the clusters that it reaches, which
    /// by 256 costs as much as its rows.</summary>
    [Range(1, 4096)]
    public int BatchImages { get; init; } = 1_024;

    /// <summary>Most images that k-means sees; of more, so many. Default 200,000: 400 MB for vectors of 512
    /// numbers.</summary>
    [Range(100, 8_000_000)]
    public int SampleImages { get; init; } = 200_000;

    /// <summary>Most images that agglomerative clustering sees, whose memory is two bytes for every pair of them; of
    /// more, so many. Default 20,000.</summary>
    [Range(100, 60_000)]
    public int AgglomerativeImages { get; init; } = 20_000;

    /// <summary>Most groups of a two-level run, whose centroids are joined; fewer where a group would have less than four images. Default
    /// 2,000: of 200,000 images groups of 100. Twice as many take twice as long.</summary>
    [Range(2, 60_000)]
    public int Groups { get; init; } = 2_000;

    /// <summary>Most images that HDBSCAN and DBSCAN see, whose time is that of every pair of them; of more, so many.
    /// Default 50,000.</summary>
    [Range(100, 1_000_000)]
    public int DensityImages { get; init; } = 50_000;

    /// <summary>Most images on the map of a run. Default 5,000.</summary>
    [Range(0, 100_000)]
    public int MapImages { get; init; } = 5_000;

    /// <summary>Runs of a model that are kept; those that are active or hold what a person said stay beside. Default
    /// 10.</summary>
    [Range(1, 10_000)]
    public int KeepRuns { get; init; } = 10;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Schedule.Length > 0 && !CronTimes.TryParse(Schedule, out _))
        {
            yield return new ValidationResult(
                $"Schedule '{Schedule}' is not five fields of cron: minute hour day month weekday, each *, n, a-b, */n or a list of these.",
                [nameof(Schedule)]);
        }
    }
}
