using System.Globalization;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Whether a run of all images is due, by what the database says and the clock.</summary>
/// <param name="Images">Images with a vector of the model.</param>
/// <param name="Active">The run that is shown; null where there is none.</param>
/// <param name="LastStart">When the last run of the model began, however it ended; null where there was none.</param>
public readonly record struct ClusterDue(long Images, ClusterRun? Active, DateTimeOffset? LastStart)
{
    /// <summary>Why a run is due, in words; null where none is.</summary>
    public string? Reason(ClusterOptions options, DateTimeOffset now)
    {
        if (Images < options.LeastImages || (LastStart is { } last && now - last < TimeSpan.FromMinutes(options.LeastMinutes)))
        {
            return null;
        }

        if (Active is not { } active)
        {
            return LastStart is null || Next(options, LastStart.Value) <= now
                ? Invariant($"the first run: there are {Images:N0} images, and no clusters yet")
                : null;
        }

        var grown = Images - active.Images;
        if (options.GrowthPercent > 0 && grown * 100 >= (long)options.GrowthPercent * Math.Max(1, active.Images) && grown > 0)
        {
            return Invariant($"the collection grew by {grown * 100.0 / Math.Max(1, active.Images):0} %, ")
                + Invariant($"from {active.Images:N0} to {Images:N0} images; {options.GrowthPercent} % are enough");
        }

        if (options.UnassignedPercent > 0 && active.Arrived >= options.LeastArrivals
            && active.ArrivedUnassigned * 100 >= options.UnassignedPercent * active.Arrived)
        {
            var share = active.ArrivedUnassigned * 100.0 / active.Arrived;
            return Invariant($"{active.ArrivedUnassigned:N0} of {active.Arrived:N0} arrivals ({share:0} %) are unlike every cluster; ")
                + Invariant($"{options.UnassignedPercent} % are enough");
        }

        return grown != 0 && LastStart is { } began && Next(options, began) is { } due && due <= now
            ? Invariant($"it is due by the schedule '{options.Schedule}', and {Math.Abs(grown):N0} images {(grown > 0 ? "came" : "went")} since")
            : null;
    }

    static DateTimeOffset? Next(ClusterOptions options, DateTimeOffset after) =>
        CronTimes.TryParse(options.Schedule, out var times) ? times.Next(after.ToUniversalTime()) : null;

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
