using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>Groups of copies as a test wants them, whatever the pairs are.</summary>
static class CopyGroups
{
    /// <summary>Makes these groups; of the images in none of them, <paramref name="leaving"/> are in none afterwards.</summary>
    public static async Task WriteAsync(
        NpgsqlDataSource source, IReadOnlyList<DuplicateGroup> groups, IReadOnlyCollection<Guid>? leaving = null)
    {
        var joining = groups.SelectMany(static group => group.Members.Select(
            member => new CopyMove(member.ImageId, group.Representative, member))).ToArray();
        var placed = joining.Select(static move => move.ImageId).ToHashSet();
        var heads = groups.Select(static group => group.Representative).Concat(leaving ?? []).Where(id => !placed.Contains(id)).Distinct();
        await using var connection = await source.OpenConnectionAsync();
        await GroupWriter.MoveCopiesAsync(
            connection, [.. joining, .. heads.Select(static id => new CopyMove(id, null, null))], default);
    }
}

/// <summary>A group as a test wants it.</summary>
/// <param name="Representative">The image that the others are near to; its id is the group's.</param>
/// <param name="Members">The other images, at least one.</param>
sealed record DuplicateGroup(Guid Representative, IReadOnlyList<DuplicateMember> Members);
