namespace ImagePipeline.Core.Duplicates;

/// <summary>An image as it is grouped now.</summary>
/// <param name="Id">The image.</param>
/// <param name="Facts">What says how good a keeper it is; null for an image that is to be in no group: it has no file or was
/// rejected.</param>
/// <param name="Group">The representative of its group, itself perhaps; null where it is in none.</param>
/// <param name="GroupSize">Images in that group.</param>
/// <param name="Kind">Kind of its edge to the representative, where that is another image.</param>
/// <param name="Distance">Distance of that edge, in the unit of <see cref="StarEdge"/>.</param>
public readonly record struct StarState(
    Guid Id, KeeperFacts? Facts, Guid? Group, int GroupSize, DuplicateKind Kind, float Distance);

/// <summary>Another place for an image.</summary>
/// <param name="Id">The image.</param>
/// <param name="Group">The representative that it joins; null where it heads a group, or is in none.</param>
/// <param name="Kind">Kind of its edge to that representative.</param>
public readonly record struct StarMove(Guid Id, Guid? Group, DuplicateKind Kind);

/// <summary>A grouped collection, as far as <see cref="StarUpdate"/> asks for it.</summary>
public interface IGroupedCopies
{
    /// <summary>All edges at some images, each pair once.</summary>
    Task<IReadOnlyList<StarEdge>> EdgesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel);

    /// <summary>How some images are grouped now, each of them once.</summary>
    Task<IReadOnlyList<StarState>> StatesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel);

    /// <summary>The images in the groups of some representatives, these left out.</summary>
    Task<IReadOnlyList<Guid>> MembersAsync(IReadOnlyCollection<Guid> representatives, CancellationToken cancel);
}
