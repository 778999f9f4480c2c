using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;

namespace ImagePipeline.Clusterer;

/// <summary>
/// Keeps the groups in step with the pairs, as stars around a representative. The groups are a function of the pairs and the verdicts, so
/// arrival order and repetition do not matter. Copies are grouped anew as they arrive, whatever is connected to a new pair. Look-alikes
/// chain through much of a collection, and regrouping all of that for every batch would cost the square of its size: they are
/// grouped when the work has come to rest. What the database marks as out of date, any process may bring up to date.
/// </summary>
public sealed class DuplicateGroups(DuplicateStore duplicates, GroupStore groups)
{
    /// <summary>Regroups the copies that <paramref name="edges"/> touch.</summary>
    public Task RefreshAsync(IReadOnlyList<DuplicateEdge> edges, CancellationToken cancel) => RefreshCopiesAsync(
        [.. edges.Where(edge => edge.Family == GroupFamily.Copy).SelectMany(edge => new[] { edge.A, edge.B }).Distinct()], cancel);

    /// <summary>Looks at the similar pairs of <paramref name="imageIds"/> again, and regroups those that the hashes confirm as copies.</summary>
    public async Task ConfirmAsync(IReadOnlyCollection<Guid> imageIds, int radiusBits, CancellationToken cancel) =>
        await RefreshCopiesAsync(
            await duplicates.ConfirmByHashAsync(imageIds, radiusBits, Pdq.MinimumMatchQuality, cancel), cancel);

    /// <summary>Groups all look-alikes anew, if any pair changed since the last time and no other process is at it.</summary>
    /// <returns>Whether they were grouped.</returns>
    public Task<bool> RegroupSimilarAsync(CancellationToken cancel) =>
        groups.RegroupSimilarAsync(static images => images.Group(), cancel);

    /// <summary>Regroups every copy connected to <paramref name="imageIds"/>; for example after a verdict.</summary>
    public Task RefreshCopiesAsync(IReadOnlyCollection<Guid> imageIds, CancellationToken cancel) =>
        groups.RegroupCopiesAsync(imageIds, CopyStars.Build, cancel);
}
