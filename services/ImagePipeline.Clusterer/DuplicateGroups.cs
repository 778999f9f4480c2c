using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Keeps the groups in step with the pairs: whatever is connected to a new pair is grouped anew, as stars around a representative.
/// The groups are a function of the pairs and the verdicts, so arrival order and repetition do not matter.
/// </summary>
public sealed class DuplicateGroups(DuplicateStore duplicates, FileStore files) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);

    /// <summary>Regroups everything that <paramref name="edges"/> touch.</summary>
    public async Task RefreshAsync(IReadOnlyList<DuplicateEdge> edges, CancellationToken cancel)
    {
        var copies = Images(edges, GroupFamily.Copy);
        var similar = Images(edges, GroupFamily.Similar);
        if (copies.Count > 0)
        {
            await RefreshAsync(GroupFamily.Copy, copies, cancel);

            // What is now known as a copy may have been grouped as similar before, and no longer belongs there.
            similar.UnionWith(await duplicates.GroupedAsync(GroupFamily.Similar, copies, cancel));
        }

        if (similar.Count > 0)
        {
            await RefreshAsync(GroupFamily.Similar, similar, cancel);
        }
    }

    /// <summary>Regroups everything connected to <paramref name="imageIds"/>; for example after a verdict.</summary>
    public async Task RefreshAsync(GroupFamily family, IReadOnlyCollection<Guid> imageIds, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var component = await duplicates.ReadComponentAsync(family, imageIds, cancel: cancel);
            var facts = await files.OfImagesAsync(component.Images, cancel);
            var edges = component.Edges.Where(edge => facts.ContainsKey(edge.A) && facts.ContainsKey(edge.B)).ToArray();
            var stars = StarGroups.Build(
                [.. facts.Values.Select(image => new StarNode(image.ImageId, Facts(image)))],
                [.. edges.Select(edge => new StarEdge(edge.A, edge.B, edge.Kind, CommonDistance(edge)))],
                KeeperRule.Default);
            await duplicates.ReplaceGroupsAsync(family, component.Images, Groups(stars, edges), cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    static HashSet<Guid> Images(IReadOnlyList<DuplicateEdge> edges, GroupFamily family) =>
        [.. edges.Where(edge => edge.Family == family).SelectMany(edge => new[] { edge.A, edge.B })];

    static List<DuplicateGroup> Groups(StarGrouping stars, DuplicateEdge[] edges)
    {
        var byPair = edges.ToDictionary(edge => (edge.A, edge.B));
        return [.. stars.Groups.Select(star => new DuplicateGroup(star.Representative, [.. star.Members.Select(member =>
        {
            var edge = byPair[star.Representative.CompareTo(member.Id) < 0
                ? (star.Representative, member.Id)
                : (member.Id, star.Representative)];
            return new DuplicateMember(
                member.Id, edge.Kind, edge.Evidence, edge.TransformFrom(star.Representative), edge.Distance);
        })]))];
    }

    /// <summary>One order for edges whose distances have different units: what hashes show before what vectors show.</summary>
    static float CommonDistance(DuplicateEdge edge) => edge.Evidence switch
    {
        Evidence.Pdq => edge.Distance / 256,
        Evidence.Embedding => 1 + edge.Distance,
        _ => 0,
    };

    static KeeperFacts Facts(ImageFacts image) => new(
        FolderObjects.PathOf(image.Files[0].Uri), image.WidthPx, image.HeightPx, image.Format, image.Bytes,
        image.TakenAt is { } taken ? new DateTimeOffset(taken, TimeSpan.Zero) : null, image.Files[0].ModifiedAt);
}
