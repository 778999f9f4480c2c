using System.Runtime.CompilerServices;
using ImagePipeline.Storage.Tags;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>What is to become of a file of a group.</summary>
/// <param name="Uri">The file.</param>
/// <param name="ImageId">Its content.</param>
/// <param name="GroupId">Its group, by the representative.</param>
/// <param name="IsKept">Whether it is kept; else it may go.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record FileDecision(string Uri, Guid ImageId, Guid GroupId, bool IsKept, string Reason);

/// <summary>What people decided to keep of groups of copies; a list that others act on.</summary>
public sealed class DecisionStore(NpgsqlDataSource source)
{
    const int SliceRows = 4096;

    /// <summary>Stores decisions, of a file the last, in one transaction.</summary>
    /// <param name="decisions">The files.</param>
    /// <param name="batchId">The order they belong to, by which they can be undone.</param>
    /// <param name="decidedBy">By whom.</param>
    /// <param name="tag">A tag that the order gives besides, in the same transaction.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>What became of the images to be tagged; null without a tag.</returns>
    public async Task<TagChange?> WriteAsync(
        IReadOnlyList<FileDecision> decisions, Guid batchId, string decidedBy, TagOrder? tag = null, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var rows in decisions.SortedByKey(static row => row.Uri, StringComparer.Ordinal).Chunk(SliceRows))
        {
            await using var command = new NpgsqlCommand(
                """
                INSERT INTO duplicate_decision (uri, image_id, group_id, decision, reason, batch_id, decided_by)
                SELECT r.uri, r.image_id, r.group_id, CASE WHEN r.kept THEN 'keep' ELSE 'remove' END, r.reason, $6, $7
                FROM unnest($1, $2, $3, $4, $5) AS r(uri, image_id, group_id, kept, reason)
                ON CONFLICT (uri) DO UPDATE
                SET image_id = excluded.image_id, group_id = excluded.group_id, decision = excluded.decision, reason = excluded.reason,
                    batch_id = excluded.batch_id, decided_by = excluded.decided_by, decided_at = now()
                """, connection);
            command
                .With(rows.Column(static row => row.Uri))
                .With(rows.Column(static row => row.ImageId))
                .With(rows.Column(static row => row.GroupId))
                .With(rows.Column(static row => row.IsKept))
                .With(rows.Column(static row => row.Reason))
                .With(batchId)
                .With(decidedBy);
            await command.ExecuteNonQueryAsync(cancel);
        }

        var tagged = tag is null ? null : await TagStore.AddAsync(connection, tag, decidedBy, batchId, cancel);
        await transaction.CommitAsync(cancel);
        return tagged;
    }

    /// <summary>What was decided about these files; the others are left out.</summary>
    public async Task<Dictionary<string, FileDecision>> OfFilesAsync(
        IReadOnlyCollection<string> uris, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT uri, image_id, group_id, decision = 'keep', reason FROM duplicate_decision WHERE uri = ANY($1)");
        await using var reader = await command.With(uris.ToArray()).ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, FileDecision>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(reader.GetString(0), Read(reader));
        }

        return found;
    }

    /// <summary>Forgets what one order decided, and takes back the tags it gave.</summary>
    /// <returns>How many files, and how many tags.</returns>
    public async Task<(int Files, int Tags)> UndoAsync(Guid batchId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            WITH untagged AS (DELETE FROM image_tag WHERE batch_id = $1 RETURNING 1),
                 undecided AS (DELETE FROM duplicate_decision WHERE batch_id = $1 RETURNING 1)
            SELECT (SELECT count(*) FROM undecided)::int, (SELECT count(*) FROM untagged)::int
            """);
        await using var reader = await command.With(batchId).ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return (reader.GetInt32(0), reader.GetInt32(1));
    }

    /// <summary>Forgets what was decided about some files.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> uris, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("DELETE FROM duplicate_decision WHERE uri = ANY($1)");
        await command.With(uris.ToArray()).ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Every decision, by group and file. Read in pages, so that a reader who is slow holds no
    /// connection.</summary>
    public async IAsyncEnumerable<FileDecision> StreamAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        FileDecision? last = null;
        for (var page = new List<FileDecision>(SliceRows); last is null || page.Count == SliceRows; last = page[^1])
        {
            page.Clear();
            await ReadPageAsync(page, last, cancel);
            foreach (var decision in page)
            {
                yield return decision;
            }

            if (page.Count == 0)
            {
                yield break;
            }
        }
    }

    async Task ReadPageAsync(List<FileDecision> page, FileDecision? after, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            """
            SELECT uri, image_id, group_id, decision = 'keep', reason FROM duplicate_decision
            WHERE $1 IS NULL OR (group_id, decision, uri COLLATE "C") > ($1, $2, $3)
            ORDER BY group_id, decision, uri COLLATE "C" LIMIT $4
            """);
        command.With(after?.GroupId).With(after is null ? null : after.IsKept ? "keep" : "remove", "text").With(after?.Uri, "text")
            .With(SliceRows);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            page.Add(Read(reader));
        }
    }

    static FileDecision Read(NpgsqlDataReader reader) =>
        new(reader.GetString(0), reader.GetGuid(1), reader.GetGuid(2), reader.GetBoolean(3), reader.GetString(4));
}
