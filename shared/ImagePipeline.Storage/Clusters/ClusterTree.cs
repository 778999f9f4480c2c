using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Storage.Clusters;

/// <summary>How a run joined its images.</summary>
/// <param name="Linkage">How far two clusters are from each other.</param>
/// <param name="Images">The leaves: all images of the run, or the sample that it joined; with <see cref="Groups"/> the most typical of each.</param>
/// <param name="Merges">Their tree; its distances are cosine distances, Ward's too (<see cref="Dendrogram.HalfSquared"/>).</param>
public sealed record ClusterTree(Linkage Linkage, IReadOnlyList<Guid> Images, Dendrogram Merges)
{
    /// <summary>Groups of images that were joined in place of images; null where images were.</summary>
    public TreeGroups? Groups { get; init; }

    /// <summary>The tree without the images that are gone; of groups the whole, for a group outlives its images.</summary>
    public ClusterTree Only(IReadOnlySet<Guid> present)
    {
        if (Groups is not null)
        {
            return this;
        }

        bool[] kept = [.. Images.Select(present.Contains)];
        return kept.All(stays => stays) ? this : new(Linkage, [.. Images.Where(present.Contains)], Merges.Keep(kept));
    }
}

/// <summary>The leaves of a tree that joined groups of images.</summary>
/// <param name="Centroids">One a leaf; an image belongs to the nearest by cosine distance.</param>
/// <param name="Sizes">Images of each when the run was made.</param>
public sealed record TreeGroups(VectorMatrix Centroids, IReadOnlyList<int> Sizes);
