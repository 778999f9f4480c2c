using System.Runtime.CompilerServices;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;

namespace ImagePipeline.Search.Duplicates;

/// <summary>A group, and what was decided about its files.</summary>
/// <param name="Group">The group with its suggestion.</param>
/// <param name="Decided">Decisions by address of the file.</param>
public sealed record DecidedGroup(SuggestedGroup Group, IReadOnlyDictionary<string, FileDecision> Decided)
{
    /// <summary>Whether some file is not decided about.</summary>
    public bool IsOpen => Group.Files.Any(file => !Decided.ContainsKey(file.Uri));
}

/// <summary>Which groups are wanted.</summary>
/// <param name="Kind">With a member of this kind; null for every group of copies.</param>
/// <param name="IsOpen">Only those open, or only those decided; null for both.</param>
public sealed record GroupWish(DuplicateKind? Kind, bool? IsOpen);

/// <summary>Reads groups with their suggestions and decisions, and writes what people say about them.</summary>
public sealed class GroupDesk(GroupStore groups, DecisionStore decisions, VerdictStore verdicts)
{
    const int PageGroups = 200;

    /// <summary>Groups by ascending id.</summary>
    /// <param name="wish">Which.</param>
    /// <param name="order">Which file to suggest.</param>
    /// <param name="after">Only ids above this one.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async IAsyncEnumerable<DecidedGroup> ReadAsync(
        GroupWish wish, KeeperOrder order, Guid? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        while (await groups.ListGroupsAsync(wish.Kind, PageGroups, after, cancel) is { Count: > 0 } page)
        {
            foreach (var group in await DecidedAsync(page, order, cancel))
            {
                if (wish.IsOpen is null || group.IsOpen == wish.IsOpen)
                {
                    yield return group;
                }
            }

            after = page[^1].GroupId;
            if (page.Count < PageGroups)
            {
                yield break;
            }
        }
    }

    /// <summary>The groups of copies that hold any of some images.</summary>
    public async Task<IReadOnlyList<DecidedGroup>> OfImagesAsync(
        IReadOnlyCollection<Guid> images, KeeperOrder order, CancellationToken cancel) =>
        await DecidedAsync(await groups.OfImagesAsync(images, cancel), order, cancel);

    /// <summary>Records verdicts about pairs and groups their images anew.</summary>
    /// <returns>What was decided about the pairs before: writing that takes it back.</returns>
    public async Task<IReadOnlyList<PairVerdict>> JudgeAsync(
        IReadOnlyList<PairVerdict> pairs, string decidedBy, string? note, CancellationToken cancel)
    {
        var before = await verdicts.OfAsync(pairs, cancel);
        await verdicts.WriteAsync(pairs, decidedBy, note, cancel);
        await groups.RegroupCopiesAsync([.. pairs.SelectMany(pair => new[] { pair.A, pair.B }).Distinct()], cancel);
        return before;
    }

    async Task<IReadOnlyList<DecidedGroup>> DecidedAsync(
        IReadOnlyList<GroupListing> listed, KeeperOrder order, CancellationToken cancel)
    {
        var suggested = listed.Select(group => SuggestedGroup.Of(group, order)).ToArray();
        var decided = await decisions.OfFilesAsync([.. suggested.SelectMany(group => group.Files).Select(file => file.Uri)], cancel);
        return [.. suggested.Select(group => new DecidedGroup(group, decided))];
    }
}
