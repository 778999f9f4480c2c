using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Replaces groups by others.</summary>
static class GroupWriter
{
    const int SliceRows = 4096;

    /// <summary>Replaces all groups of copies that hold any of the affected images by these, in one transaction.</summary>
    /// <param name="connection">Where to write.</param>
    /// <param name="affected">Images grouped anew: those of the component.</param>
    /// <param name="groups">Their groups now, without repetition of images.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task ReplaceCopiesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> affected, IReadOnlyList<DuplicateGroup> groups,
        CancellationToken cancel)
    {
        await using var batch = connection.CreateBatch();
        batch.AddByKeyOnly();
        batch
            .Add(
                """
                DELETE FROM duplicate_group g
                WHERE g.family = 'copy' AND g.group_id IN (
                    SELECT m.group_id FROM duplicate_member m WHERE m.family = 'copy' AND m.image_id = ANY($1))
                """)
            .With(affected.ToArray());
        AddGroups(batch, groups);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Replaces every group of look-alikes and notes which pairs they take in, in one transaction.</summary>
    /// <param name="connection">Where to write.</param>
    /// <param name="images">The images in groups, by ascending id.</param>
    /// <param name="changes"><see cref="SimilarState.Changes"/> when the pairs were read.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task ReplaceSimilarAsync(
        NpgsqlConnection connection, IReadOnlyList<GroupedImage> images, long changes, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = connection.CreateBatch())
        {
            batch.AddByKeyOnly();
            batch.Add("UPDATE similar_grouping SET grouped = $1, grouped_at = now()").With(changes);
            batch.Add("DELETE FROM duplicate_group WHERE family = 'similar'");
            await batch.ExecuteNonQueryAsync(cancel);
        }
        // In slices, for a statement with all rows would take several times their memory on both sides.
        foreach (var slice in images.Where(static image => image.ImageId == image.GroupId).Chunk(SliceRows))
        {
            await using var batch = connection.CreateBatch();
            AddGroups(
                batch, GroupFamily.Similar, slice.Column(static image => image.GroupId), slice.Column(static image => image.GroupSize));
            await batch.ExecuteNonQueryAsync(cancel);
        }
        foreach (var slice in images.Chunk(SliceRows))
        {
            await using var batch = connection.CreateBatch();
            // Only vectors make look-alikes, and vectors say nothing of transforms.
            AddMembers(batch, GroupFamily.Similar, slice.Column(static image => (image.GroupId, image.ImageId,
                image.ImageId == image.GroupId
                    ? null
                    : new DuplicateMember(image.ImageId, DuplicateKind.Similar, Evidence.Embedding, null, image.Distance))));
            await batch.ExecuteNonQueryAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
    }

    static void AddGroups(NpgsqlBatch batch, IReadOnlyList<DuplicateGroup> made)
    {
        if (made.Count == 0)
        {
            return;
        }
        var groups = made.SortedByKey(static group => group.Representative);
        AddGroups(
            batch, GroupFamily.Copy, groups.Column(static group => group.Representative),
            groups.Column(static group => group.Members.Count + 1));
        AddMembers(batch, GroupFamily.Copy, groups
            .SelectMany(static group => group.Members
                .Select(member => (Group: group.Representative, member.ImageId, Member: (DuplicateMember?)member))
                .Prepend((group.Representative, group.Representative, null)))
            .SortedByKey(static row => row.ImageId));
    }

    static void AddGroups(NpgsqlBatch batch, GroupFamily family, Guid[] groups, int[] sizes) => batch
        .Add(
            """
            INSERT INTO duplicate_group (family, group_id, size)
            SELECT $1, r.group_id, r.size FROM unnest($2, $3) AS r(group_id, size)
            ON CONFLICT (family, group_id) DO UPDATE SET size = excluded.size, updated_at = now()
            """)
        .With(family.ToSql())
        .With(groups)
        .With(sizes);

    /// <summary>Adds images by ascending id; a representative without what makes it a member.</summary>
    static void AddMembers(
        NpgsqlBatch batch, GroupFamily family, IReadOnlyList<(Guid Group, Guid ImageId, DuplicateMember? Member)> rows) => batch
        .Add(
            """
            INSERT INTO duplicate_member (family, image_id, group_id, kind, evidence, transform, distance)
            SELECT $1, r.image_id, r.group_id, r.kind, r.evidence, r.transform, r.distance
            FROM unnest($2, $3, $4, $5, $6, $7) AS r(image_id, group_id, kind, evidence, transform, distance)
            ON CONFLICT (family, image_id) DO UPDATE
            SET group_id = excluded.group_id, kind = excluded.kind, evidence = excluded.evidence,
                transform = excluded.transform, distance = excluded.distance
            """)
        .With(family.ToSql())
        .With(rows.Column(static row => row.ImageId))
        .With(rows.Column(static row => row.Group))
        .With(rows.Column(static row => row.Member?.Kind.ToSql()))
        .With(rows.Column(static row => row.Member?.Evidence))
        .With(rows.Column(static row => row.Member?.Transform))
        .With(rows.Column(static row => row.Member?.Distance ?? 0));
}
