using ImagePipeline.Core.Layout;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>What a run found, before it is written.</summary>
/// <param name="Images">Its images and where they belong.</param>
/// <param name="Fit">What the method made of those that it saw.</param>
/// <param name="Settings">What was asked for and chosen.</param>
/// <param name="Horizon">Vectors of transactions below it were looked at.</param>
sealed record Grouping(RunImages Images, Fit Fit, ClusterSettings Settings, ulong Horizon)
{
    /// <summary>Places of the first images on the map; null where it is yet to be drawn.</summary>
    public IReadOnlyList<LayoutPoint>? Map { get; init; }

    /// <summary>Images that came after the run whose tree was cut.</summary>
    public IReadOnlyList<Guid> Arrivals { get; init; } = [];
}
