using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>What a person says of a pair.</summary>
/// <param name="A">The one image.</param>
/// <param name="B">The other.</param>
/// <param name="Verdict">What was decided; null for nothing.</param>
public sealed record PairVerdict(Guid A, Guid B, Verdict? Verdict);

/// <summary>Verdicts about many pairs at once, and taking them back.</summary>
public sealed class VerdictStore(NpgsqlDataSource source)
{
    /// <summary>What was decided about these pairs, in their order.</summary>
    public async Task<IReadOnlyList<PairVerdict>> OfAsync(IReadOnlyList<PairVerdict> pairs, CancellationToken cancel = default)
    {
        var found = new Verdict?[pairs.Count];
        await using var command = source.CreateCommand(
            """
            SELECT r.nth, v.verdict FROM unnest($1, $2) WITH ORDINALITY AS r(x, y, nth)
            JOIN duplicate_verdict v ON v.a = least(r.x, r.y) AND v.b = greatest(r.x, r.y)
            """);
        command.With(pairs.Column(static pair => pair.A)).With(pairs.Column(static pair => pair.B));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found[reader.GetInt64(0) - 1] = Words.Parse<Verdict>(reader.GetString(1));
        }

        return [.. pairs.Select((pair, at) => pair with { Verdict = found[at] })];
    }

    /// <summary>Records verdicts and takes back those that are null, in one transaction; of a pair the last holds. The
    /// caller then groups the images anew.</summary>
    /// <param name="verdicts">The pairs, of two different images each.</param>
    /// <param name="decidedBy">By whom.</param>
    /// <param name="note">Why, in their words.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task WriteAsync(
        IReadOnlyList<PairVerdict> verdicts, string decidedBy, string? note, CancellationToken cancel = default)
    {
        var rows = verdicts
            .Select(static row => row.A.CompareTo(row.B) < 0 ? row : row with { A = row.B, B = row.A })
            .SortedByKey(static row => (row.A, row.B));
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        var (kept, taken) = (rows.Where(static row => row.Verdict is not null).ToArray(), rows.Where(static row => row.Verdict is null).ToArray());
        batch
            .Add("DELETE FROM duplicate_verdict v USING unnest($1, $2) AS r(a, b) WHERE v.a = r.a AND v.b = r.b")
            .With(taken.Column(static row => row.A)).With(taken.Column(static row => row.B));
        batch
            .Add(
                """
                INSERT INTO duplicate_verdict (a, b, verdict, decided_by, note)
                SELECT r.a, r.b, r.verdict, $4, $5 FROM unnest($1, $2, $3) AS r(a, b, verdict)
                ON CONFLICT (a, b) DO UPDATE
                SET verdict = excluded.verdict, decided_by = excluded.decided_by, note = excluded.note, decided_at = now()
                """)
            .With(kept.Column(static row => row.A)).With(kept.Column(static row => row.B))
            .With(kept.Column(static row => row.Verdict!.Value.ToSql())).With(decidedBy).With(note, "text");
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
