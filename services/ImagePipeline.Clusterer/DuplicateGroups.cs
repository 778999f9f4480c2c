using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Keeps the groups in step with the pairs, as stars around a representative. The groups are a function of the pairs and the
/// verdicts, so arrival order and repetition do not matter. Copies are grouped as they arrive, by looking at the neighbourhood of
/// the arrivals. Look-alikes, for whose groups nobody waits, are grouped all at once when the work has come to rest. What the
/// database marks as out of date, any process may bring up to date.
/// </summary>
public sealed class DuplicateGroups(DuplicateStore duplicates, GroupStore groups)
{
    /// <summary>Brings the groups of copies up to date with the pairs of arriving images.</summary>
    /// <param name="edges">The pairs, of every kind.</param>
    /// <param name="arriving">Who arrived: of each pair one at least.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public Task RefreshAsync(IReadOnlyList<DuplicateEdge> edges, IReadOnlySet<Guid> arriving, CancellationToken cancel) =>
        RefreshCopiesAsync(
            [.. edges.Where(edge => edge.Family == GroupFamily.Copy).SelectMany(edge => new[] { edge.A, edge.B })
                .Where(arriving.Contains).Distinct()], cancel);

    /// <summary>Looks at the similar pairs of <paramref name="imageIds"/> again, and regroups those that the hashes confirm as copies.</summary>
    public async Task ConfirmAsync(IReadOnlyCollection<Guid> imageIds, int radiusBits, CancellationToken cancel) =>
        await RefreshCopiesAsync(
            await duplicates.ConfirmByHashAsync(imageIds, radiusBits, Pdq.MinimumMatchQuality, cancel), cancel);

    /// <summary>Groups all look-alikes anew, if any pair changed since the last time and no other process is at it.</summary>
    /// <returns>Whether they were grouped.</returns>
    public Task<bool> RegroupSimilarAsync(CancellationToken cancel) =>
        groups.RegroupSimilarAsync(static images => images.Group(), cancel);

    /// <summary>Brings the groups of copies up to date where pairs of <paramref name="imageIds"/> came, changed or went.</summary>
    public Task RefreshCopiesAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancel) =>
        groups.RegroupCopiesAsync(imageIds, cancel);
}
