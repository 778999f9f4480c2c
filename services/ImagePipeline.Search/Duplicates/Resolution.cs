using ImagePipeline.Storage;

namespace ImagePipeline.Search.Duplicates;

/// <summary>What is to become of the files of one group: one is kept, the others may go.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Files">Its files, each with a reason.</param>
/// <param name="FreedBytes">Length of the files that may go.</param>
public sealed record Resolution(Guid GroupId, IReadOnlyList<FileDecision> Files, long FreedBytes)
{
    /// <summary>Decides by the group's suggestion. What a person decided to keep before stays kept, and the others
    /// yield to it; so a copy that arrives later never displaces what was chosen.</summary>
    /// <param name="group">The group with its suggestion.</param>
    /// <param name="before">What was decided about files, by their address.</param>
    public static Resolution Of(SuggestedGroup group, IReadOnlyDictionary<string, FileDecision> before)
    {
        var kept = group.Files.Where(file => before.TryGetValue(file.Uri, out var decided) && decided.IsKept)
            .Select(file => file.Uri).ToHashSet(StringComparer.Ordinal);
        var reason = kept.Count > 0 ? "kept by an earlier decision" : group.Reason;
        if (kept.Count == 0)
        {
            kept.Add(group.Keep.Uri);
        }

        var first = kept.Order(StringComparer.Ordinal).First();
        return new Resolution(
            group.GroupId,
            [.. group.Files.Select(file => kept.Contains(file.Uri)
                ? new FileDecision(file.Uri, file.ImageId, group.GroupId, true, reason)
                : new FileDecision(file.Uri, file.ImageId, group.GroupId, false, $"a copy of {first}: {What(file)}"))],
            group.Files.Where(file => !kept.Contains(file.Uri)).Sum(file => file.Bytes));
    }

    /// <summary>Every file of a group is kept.</summary>
    public static IReadOnlyList<FileDecision> KeepAll(SuggestedGroup group) =>
        [.. group.Files.Select(file => new FileDecision(file.Uri, file.ImageId, group.GroupId, true, "all of the group are kept"))];

    static string What(SuggestedFile file) => file.Words.Length > 0 ? file.Words : "the same picture";
}
