namespace ImagePipeline.Core.Duplicates;

/// <summary>An image to be grouped.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Facts">What says how good a keeper it is.</param>
public readonly record struct StarNode(Guid Id, KeeperFacts Facts);

/// <summary>Two images found to be copies of each other; the order of the two does not matter.</summary>
/// <param name="A">The one.</param>
/// <param name="B">The other.</param>
/// <param name="Kind">What kind of copies.</param>
/// <param name="Distance">How far apart, smaller is nearer; one unit for all edges of a kind.</param>
public readonly record struct StarEdge(Guid A, Guid B, DuplicateKind Kind, float Distance);

/// <summary>A copy in a group.</summary>
/// <param name="Id">The image.</param>
/// <param name="Kind">Kind of its edge to the representative.</param>
/// <param name="Distance">Distance of that edge.</param>
public readonly record struct StarMember(Guid Id, DuplicateKind Kind, float Distance);

/// <summary>A representative and the copies that have an edge to it.</summary>
/// <param name="Representative">The image that every member has an edge to.</param>
/// <param name="Members">The others, nearest first, equally near ones in keeper order; never empty.</param>
public sealed record StarGroup(Guid Representative, IReadOnlyList<StarMember> Members);

/// <summary>Why an image is in no group.</summary>
public enum AloneReason
{
    /// <summary>It has no edge.</summary>
    NoCopies,

    /// <summary>Each of its copies is nearer to another representative and went there.</summary>
    CopiesNearerElsewhere,
}

/// <summary>An image in no group.</summary>
/// <param name="Id">The image.</param>
/// <param name="Reason">Why.</param>
public readonly record struct AloneImage(Guid Id, AloneReason Reason);

/// <summary>All groups of a collection, and the images in none.</summary>
/// <param name="Groups">Groups, in keeper order of their representatives.</param>
/// <param name="Alone">Images in no group, in keeper order.</param>
public sealed record StarGrouping(IReadOnlyList<StarGroup> Groups, IReadOnlyList<AloneImage> Alone);
