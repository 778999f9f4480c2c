using System.Runtime.CompilerServices;
using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Pairs of near duplicates, verdicts about them, and what confirms them.</summary>
public sealed class DuplicateStore(NpgsqlDataSource source)
{
    /// <summary>Stores pairs; of an already known pair the stronger kind wins, then the evidence of hashes over that of vectors (their
    /// distances do not compare), then the active model's vectors over another's (nor do theirs), then the smaller distance. So the
    /// order of arrival does not matter. The groups of look-alikes are marked as out of date in the same transaction.</summary>
    /// <exception cref="ArgumentException">A pair out of order, or of kind <see cref="DuplicateKind.SameBytes"/>.</exception>
    public async Task WriteEdgesAsync(IReadOnlyList<DuplicateEdge> edges, CancellationToken cancel = default)
    {
        if (edges.Count == 0)
        {
            return;
        }
        if (edges.FirstOrDefault(static e => e.A.CompareTo(e.B) >= 0 || e.Kind is DuplicateKind.SameBytes) is { } wrong)
        {
            throw new ArgumentException($"Not a pair to store: {wrong}. Expected A < B, kind not same_bytes.", nameof(edges));
        }
        var rows = edges
            .OrderByDescending(static edge => edge.Kind)
            .ThenByDescending(static edge => edge.Evidence == Evidence.Embedding)
            .ThenByDescending(static edge => edge.Distance)
            .SortedByKey(static edge => (edge.A, edge.B));
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        var command = batch.Add(
            """
            INSERT INTO near_duplicate AS n (a, b, kind, evidence, transform, distance, model_id)
            SELECT r.a, r.b, r.kind, r.evidence, r.transform, r.distance, r.model_id
            FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r(a, b, kind, evidence, transform, distance, model_id)
            ON CONFLICT (a, b) DO UPDATE
            SET kind = excluded.kind, evidence = excluded.evidence, transform = excluded.transform,
                distance = excluded.distance, model_id = excluded.model_id, found_at = now()
            WHERE (array_position(ARRAY['same_pixels', 'edited_copy', 'similar'], excluded.kind),
                   array_position(ARRAY['pixels', 'pdq', 'embedding'], excluded.evidence),
                   coalesce(excluded.model_id IN (SELECT model_id FROM model WHERE NOT active), false), excluded.distance)
                < (array_position(ARRAY['same_pixels', 'edited_copy', 'similar'], n.kind),
                   array_position(ARRAY['pixels', 'pdq', 'embedding'], n.evidence),
                   coalesce(n.model_id IN (SELECT model_id FROM model WHERE NOT active), false), n.distance)
            """);
        command
            .With(rows.Column(static row => row.A))
            .With(rows.Column(static row => row.B))
            .With(rows.Column(static row => row.Kind.ToSql()))
            .With(rows.Column(static row => row.Evidence))
            .With(rows.Column(static row => row.Transform))
            .With(rows.Column(static row => row.Distance))
            .With(rows.Column(static row => row.ModelId));
        // Last, for every writer of pairs waits for this row.
        batch.Add("UPDATE similar_grouping SET changes = changes + 1");
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Turns similar pairs into edited copies where a second sign agrees: vectors within the model's
    /// <c>copy_if_hash_near</c>, and hashes that mean something within a radius. It may run before either sign is there and again
    /// after, so the order of the stages does not matter.</summary>
    /// <param name="ids">Images whose pairs are looked at.</param>
    /// <param name="radiusBits">Most differing bits of PDQ.</param>
    /// <param name="minimumQuality">Least PDQ quality of both.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>Both images of every pair that was turned.</returns>
    public async Task<IReadOnlyCollection<Guid>> ConfirmByHashAsync(
        IReadOnlyCollection<Guid> ids, int radiusBits, int minimumQuality, CancellationToken cancel = default)
    {
        var confirmed = new HashSet<Guid>();
        await using var command = source.CreateCommand(
            """
            -- OFFSET 0 keeps each image a look-up. Asked as = ANY($1), all pairs were scanned for every batch: without statistics, which
            -- the embedded database never has, 256 images are expected to have all of them.
            WITH rule AS MATERIALIZED (
                SELECT model_id, (manifest #>> '{distances,copy_if_hash_near}')::real AS distance FROM model),
            agreed AS MATERIALIZED (
                SELECT n.a, n.b
                FROM unnest($1) AS r(image_id)
                CROSS JOIN LATERAL (
                    (SELECT o.a, o.b, o.kind, o.evidence, o.distance, o.model_id FROM near_duplicate o
                     WHERE o.a = r.image_id OFFSET 0)
                    UNION ALL
                    (SELECT o.a, o.b, o.kind, o.evidence, o.distance, o.model_id FROM near_duplicate o
                     WHERE o.b = r.image_id OFFSET 0)) n
                JOIN rule m ON m.model_id = n.model_id AND n.distance <= m.distance
                JOIN image_hash x ON x.image_id = n.a
                JOIN image_hash y ON y.image_id = n.b AND y.algorithm = x.algorithm
                WHERE n.kind = 'similar' AND n.evidence = 'embedding'
                    AND least(x.pdq_quality, y.pdq_quality) >= $2 AND bit_count(x.pdq # y.pdq) <= $3),
            turned AS (
                UPDATE near_duplicate n SET kind = 'edited_copy', found_at = now()
                FROM agreed g
                WHERE n.a = g.a AND n.b = g.b AND n.kind = 'similar' AND n.evidence = 'embedding'
                RETURNING n.a, n.b),
            -- Counted, not merely probed: all pairs are turned before the row that every writer of pairs waits for is locked.
            marked AS (UPDATE similar_grouping SET changes = changes + 1 WHERE (SELECT count(*) FROM turned) > 0)
            SELECT a, b FROM turned
            """);
        command.With(ids.ToArray()).With(minimumQuality).With(radiusBits);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            confirmed.Add(reader.GetGuid(0));
            confirmed.Add(reader.GetGuid(1));
        }
        return confirmed;
    }

    /// <summary>Every similar pair but those of models that are not active. Read in parts, so that other work goes on meanwhile.</summary>
    public async IAsyncEnumerable<SimilarPair> ReadSimilarAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        // Ids are digests, so that parts of their range hold about as many pairs. Pages by ORDER BY and LIMIT would each read and sort
        // whatever is left: without statistics, few rows are expected beyond any id.
        const int PartFirstBytes = 4;
        for (var first = 0; first < 256; first += PartFirstBytes)
        {
            await using var command = source.CreateCommand(
                """
                SELECT a, b, distance FROM near_duplicate
                WHERE a BETWEEN $1 AND $2 AND kind = 'similar'
                    AND (model_id IS NULL OR model_id NOT IN (SELECT model_id FROM model WHERE NOT active))
                """);
            command.With(Bound(first, 0)).With(Bound(first + PartFirstBytes - 1, byte.MaxValue));
            await using var reader = await command.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                yield return new SimilarPair(reader.GetGuid(0), reader.GetGuid(1), reader.GetFloat(2));
            }
        }
    }

    static Guid Bound(int first, byte others)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Fill(others);
        bytes[0] = (byte)first;
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>Records what a person decided about a pair; the last decision holds. The caller then groups the
    /// component of both anew.</summary>
    public async Task SetVerdictAsync(
        Guid x, Guid y, Verdict verdict, string decidedBy, string? note = null, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            INSERT INTO duplicate_verdict (a, b, verdict, decided_by, note)
            VALUES (least($1, $2), greatest($1, $2), $3, $4, $5)
            ON CONFLICT (a, b) DO UPDATE
            SET verdict = excluded.verdict, decided_by = excluded.decided_by, note = excluded.note, decided_at = now()
            """);
        command.With(x).With(y).With(verdict.ToSql()).With(decidedBy).With(note, "text");
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Stores digests of full decodes.</summary>
    /// <param name="digests">Images and the SHA-256 of their sRGB pixels, 32 bytes.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task SetPixelDigestAsync(
        IReadOnlyList<(Guid ImageId, byte[] Digest)> digests, CancellationToken cancel = default)
    {
        var rows = digests.SortedByKey(static row => row.ImageId);
        await using var command = source.CreateCommand(
            """
            UPDATE image i SET pixel_sha256 = r.digest FROM unnest($1, $2) AS r(image_id, digest)
            WHERE i.image_id = r.image_id
            """);
        command.With(rows.Column(static row => row.ImageId)).With(rows.Column(static row => row.Digest));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Digests of full decodes, of those images that have one.</summary>
    public async Task<Dictionary<Guid, byte[]>> GetPixelDigestsAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var digests = new Dictionary<Guid, byte[]>(ids.Count);
        await using var command = source.CreateCommand(
            "SELECT image_id, pixel_sha256 FROM image WHERE image_id = ANY($1) AND pixel_sha256 IS NOT NULL");
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            digests.Add(reader.GetGuid(0), reader.GetFieldValue<byte[]>(1));
        }
        return digests;
    }

    internal static DuplicateEdge ReadEdge(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        Words.Parse<DuplicateKind>(reader.GetString(2)),
        reader.GetString(3),
        reader.IsDBNull(4) ? null : reader.GetString(4),
        reader.GetFloat(5),
        reader.IsDBNull(6) ? null : reader.GetString(6));
}
