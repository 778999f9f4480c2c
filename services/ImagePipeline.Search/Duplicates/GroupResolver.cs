using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Tags;

namespace ImagePipeline.Search.Duplicates;

/// <summary>An order to decide about many groups.</summary>
/// <param name="Order">Which file of a group is kept.</param>
/// <param name="DecidedBy">Who says so.</param>
public sealed record ResolveWish(KeeperOrder Order, string DecidedBy)
{
    /// <summary>Only open groups with a member of this kind.</summary>
    public DuplicateKind? Kind { get; init; }

    /// <summary>Only these groups, and those decided are decided anew; null for all open ones.</summary>
    public IReadOnlyList<Guid>? Groups { get; init; }

    /// <summary>A tag for images that are not kept; null for none.</summary>
    public string? Tag { get; init; }

    /// <summary>Say what would be decided, and write nothing.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What was decided, or would be.</summary>
/// <param name="BatchId">The order, by which it is taken back; null in a dry run.</param>
/// <param name="Groups">Group by group.</param>
/// <param name="ToTag">Images that the tag is for: those of which no file is kept.</param>
/// <param name="Tagged">What became of them; null without a tag and in a dry run.</param>
public sealed record Resolved(Guid? BatchId, IReadOnlyList<Resolution> Groups, int ToTag, TagChange? Tagged)
{
    /// <summary>Files kept.</summary>
    public int Keep => Groups.Sum(static group => group.Files.Count(static file => file.IsKept));

    /// <summary>Files that may go.</summary>
    public int Remove => Groups.Sum(static group => group.Files.Count(static file => !file.IsKept));

    /// <summary>Their length together, bytes.</summary>
    public long FreedBytes => Groups.Sum(static group => group.FreedBytes);
}

/// <summary>Decides by rules about many groups, and tags what is not kept. No file is touched.</summary>
public sealed class GroupResolver(GroupDesk desk, DecisionStore decisions)
{
    /// <summary>Carries out an order: its decisions and its tags are written in one transaction.</summary>
    public async Task<Resolved> ResolveAsync(ResolveWish wish, CancellationToken cancel)
    {
        var groups = wish.Groups is { } chosen
            ? (await desk.OfImagesAsync(chosen, wish.Order, cancel))
                .Select(static group => group with { Decided = new Dictionary<string, FileDecision>() }).ToAsyncEnumerable()
            : desk.ReadAsync(new GroupWish(wish.Kind, IsOpen: true), wish.Order, null, cancel);
        var (resolved, files) = (new List<Resolution>(), new List<FileDecision>());
        await foreach (var group in groups)
        {
            var one = Resolution.Of(group.Group, group.Decided);
            resolved.Add(one);
            // What held before stays with the order that decided it: taking this one back leaves it.
            files.AddRange(one.Files.Where(file =>
                !(group.Decided.TryGetValue(file.Uri, out var held) && held.IsKept == file.IsKept)));
        }

        // A tag is the content's. Of files equal byte for byte one may be kept and another not: that content is kept.
        var unkept = resolved.SelectMany(static group => group.Files).GroupBy(static file => file.ImageId)
            .Where(static image => image.All(static file => !file.IsKept)).Select(static image => image.Key).ToArray();
        var toTag = wish.Tag is null ? 0 : unkept.Length;
        if (wish.DryRun)
        {
            return new Resolved(null, resolved, toTag, null);
        }

        var batch = Guid.NewGuid();
        var tagged = await decisions.WriteAsync(
            files, batch, wish.DecidedBy, wish.Tag is { } tag ? new TagOrder(tag, unkept) : null, cancel);
        return new Resolved(batch, resolved, toTag, tagged);
    }
}
