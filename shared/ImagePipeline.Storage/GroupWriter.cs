using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Writes groups.</summary>
static class GroupWriter
{
    const int SliceRows = 4096;

    /// <summary>Moves images between groups of copies, in the transaction that is open. Groups that are left by all but one end.</summary>
    /// <param name="connection">Where to write.</param>
    /// <param name="moves">Each image once.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task MoveCopiesAsync(
        NpgsqlConnection connection, IReadOnlyList<CopyMove> moves, CancellationToken cancel)
    {
        if (moves.Count == 0)
        {
            return;
        }
        var touched = await GroupsOfAsync(connection, moves.Column(static move => move.ImageId), cancel);
        var joining = moves.Where(static move => move.Member is not null).SortedByKey(static move => move.ImageId);
        var heads = joining.Select(static move => move.GroupId!.Value).Distinct().Order().ToArray();
        touched.UnionWith(heads);

        await using var batch = connection.CreateBatch();
        // The size is counted below.
        batch
            .Add("INSERT INTO duplicate_group (family, group_id, size) SELECT 'copy', unnest($1), 2 ON CONFLICT (family, group_id) DO NOTHING")
            .With(heads);
        AddMembers(batch, GroupFamily.Copy, [.. heads.Select(static head => (head, head, (DuplicateMember?)null))]);
        AddMembers(batch, GroupFamily.Copy, joining.Column(static move => (move.GroupId!.Value, move.ImageId, move.Member)));
        batch
            .Add("DELETE FROM duplicate_member WHERE family = 'copy' AND image_id = ANY($1)")
            .With(moves.Where(static move => move.Member is null).Select(static move => move.ImageId).Except(heads).ToArray());
        batch
            .Add(
                """
                DELETE FROM duplicate_group g
                WHERE g.family = 'copy' AND g.group_id = ANY($1) AND NOT EXISTS (
                    SELECT 1 FROM duplicate_member m WHERE m.family = 'copy' AND m.group_id = g.group_id AND m.kind IS NOT NULL)
                """)
            .With(touched.ToArray());
        batch
            .Add(
                """
                UPDATE duplicate_group g SET size = s.size, updated_at = now()
                FROM (
                    SELECT m.group_id, count(*)::int AS size FROM duplicate_member m
                    WHERE m.family = 'copy' AND m.group_id = ANY($1) GROUP BY m.group_id) s
                WHERE g.family = 'copy' AND g.group_id = s.group_id
                """)
            .With(touched.ToArray());
        await batch.ExecuteNonQueryAsync(cancel);
    }

    static async Task<HashSet<Guid>> GroupsOfAsync(NpgsqlConnection connection, Guid[] images, CancellationToken cancel)
    {
        var groups = new HashSet<Guid>();
        await using var command = new NpgsqlCommand(
            "SELECT group_id FROM duplicate_member WHERE family = 'copy' AND image_id = ANY($1)", connection);
        await using var reader = await command.With(images).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            groups.Add(reader.GetGuid(0));
        }
        return groups;
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
