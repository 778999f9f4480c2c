using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Replaces groups by others.</summary>
static class GroupWriter
{
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
        AddGroups(batch, GroupFamily.Copy, groups);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Replaces every group of look-alikes and notes which pairs they take in, in one transaction.</summary>
    /// <param name="connection">Where to write.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="changes"><see cref="SimilarState.Changes"/> when the pairs were read.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task ReplaceSimilarAsync(
        NpgsqlConnection connection, IReadOnlyList<DuplicateGroup> groups, long changes, CancellationToken cancel)
    {
        await using var batch = connection.CreateBatch();
        batch.Add("UPDATE similar_grouping SET grouped = $1, grouped_at = now()").With(changes);
        batch.Add("DELETE FROM duplicate_group WHERE family = 'similar'");
        AddGroups(batch, GroupFamily.Similar, groups);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    static void AddGroups(NpgsqlBatch batch, GroupFamily family, IReadOnlyList<DuplicateGroup> made)
    {
        if (made.Count == 0)
        {
            return;
        }
        var groups = made.SortedByKey(static group => group.Representative);
        batch
            .Add(
                """
                INSERT INTO duplicate_group (family, group_id, size)
                SELECT $1, r.group_id, r.size FROM unnest($2, $3) AS r(group_id, size)
                ON CONFLICT (family, group_id) DO UPDATE SET size = excluded.size, updated_at = now()
                """)
            .With(family.ToSql())
            .With(groups.Column(static group => group.Representative))
            .With(groups.Column(static group => group.Members.Count + 1));
        var rows = groups
            .SelectMany(static group => group.Members
                .Select(member => (Group: group.Representative, member.ImageId, Member: (DuplicateMember?)member))
                .Prepend((group.Representative, group.Representative, null)))
            .SortedByKey(static row => row.ImageId);
        batch
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
}
