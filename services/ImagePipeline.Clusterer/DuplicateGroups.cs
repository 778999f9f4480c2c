using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Keeps the groups in step with the pairs, as stars around a representative. The groups are a function of the pairs and the verdicts, so
/// arrival order and repetition do not matter. Copies are grouped anew as they arrive, whatever is connected to a new pair. Look-alikes
/// chain through much of a collection, and regrouping all of that for every batch would cost the square of its size: they are
/// grouped once, when the work has come to rest.
/// </summary>
public sealed class DuplicateGroups(DuplicateStore duplicates, FileStore files) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);
    volatile bool _similarChanged;

    /// <summary>Regroups the copies that <paramref name="edges"/> touch, and remembers whether look-alikes are concerned: those of new pairs,
    /// and those of pairs found to be copies now.</summary>
    public async Task RefreshAsync(IReadOnlyList<DuplicateEdge> edges, CancellationToken cancel)
    {
        _similarChanged |= edges.Count > 0;
        var copies = edges.Where(edge => edge.Family == GroupFamily.Copy)
            .SelectMany(edge => new[] { edge.A, edge.B }).Distinct().ToArray();
        await RefreshCopiesAsync(copies, cancel);
    }

    /// <summary>Looks at the similar pairs of <paramref name="imageIds"/> again, and regroups those that the hashes confirm as copies.</summary>
    public async Task ConfirmAsync(IReadOnlyCollection<Guid> imageIds, int radiusBits, CancellationToken cancel)
    {
        var confirmed = await duplicates.ConfirmByHashAsync(imageIds, radiusBits, Pdq.MinimumMatchQuality, cancel);
        _similarChanged |= confirmed.Count > 0;
        await RefreshCopiesAsync(confirmed, cancel);
    }

    /// <summary>Groups all look-alikes anew, if any pair changed since the last time.</summary>
    public async Task RegroupSimilarAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_similarChanged)
            {
                var edges = await duplicates.ReadSimilarAsync(cancel);
                var images = edges.SelectMany(edge => new[] { edge.A, edge.B }).Distinct().ToArray();
                await duplicates.ReplaceAllGroupsAsync(GroupFamily.Similar, await GroupAsync(images, edges, cancel), cancel);
                _similarChanged = false;
            }
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Regroups every copy connected to <paramref name="imageIds"/>; for example after a verdict.</summary>
    public async Task RefreshCopiesAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancel)
    {
        if (imageIds.Count == 0)
        {
            return;
        }

        await _one.WaitAsync(cancel);
        try
        {
            var component = await duplicates.ReadComponentAsync(GroupFamily.Copy, imageIds, cancel: cancel);
            await duplicates.ReplaceGroupsAsync(
                GroupFamily.Copy, component.Images, await GroupAsync(component.Images, component.Edges, cancel), cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    async Task<List<DuplicateGroup>> GroupAsync(
        IReadOnlyCollection<Guid> images, IReadOnlyList<DuplicateEdge> pairs, CancellationToken cancel)
    {
        var facts = await files.OfImagesAsync(images, cancel);
        var edges = pairs.Where(edge => facts.ContainsKey(edge.A) && facts.ContainsKey(edge.B)).ToArray();
        return Groups(
            StarGroups.Build(
                [.. facts.Values.Select(image => new StarNode(image.ImageId, Facts(image)))],
                [.. edges.Select(edge => new StarEdge(edge.A, edge.B, edge.Kind, CommonDistance(edge)))],
                KeeperRule.Default),
            edges);
    }

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
        FolderObjects.NameOf(image.Files[0].Uri), image.WidthPx, image.HeightPx, image.Format, image.Bytes,
        image.TakenAt is { } taken ? new DateTimeOffset(taken, TimeSpan.Zero) : null, image.Files[0].ModifiedAt);
}
