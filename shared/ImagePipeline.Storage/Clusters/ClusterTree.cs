using ImagePipeline.Core.Clustering;

namespace ImagePipeline.Storage.Clusters;

/// <summary>How a run joined its images.</summary>
/// <param name="Linkage">How far two clusters are from each other.</param>
/// <param name="Images">The leaves: all images of the run, or the sample that it joined.</param>
/// <param name="Merges">Their tree; its distances are cosine distances, Ward's too (<see cref="Dendrogram.HalfSquared"/>).</param>
public sealed record ClusterTree(Linkage Linkage, IReadOnlyList<Guid> Images, Dendrogram Merges)
{
    /// <summary>The tree without the images that are gone.</summary>
    public ClusterTree Only(IReadOnlySet<Guid> present)
    {
        bool[] kept = [.. Images.Select(present.Contains)];
        return kept.All(stays => stays) ? this : new(Linkage, [.. Images.Where(present.Contains)], Merges.Keep(kept));
    }
}
