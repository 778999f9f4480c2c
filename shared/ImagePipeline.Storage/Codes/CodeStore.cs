using ImagePipeline.Core.Codes;
using Npgsql;

namespace ImagePipeline.Storage.Codes;

/// <summary>Compact codes of a model's vectors, as the database knows them.</summary>
/// <param name="ModelId">The model.</param>
/// <param name="Bits">Bits of a code.</param>
/// <param name="TrainedOn">Vectors that the planes were learned from.</param>
/// <param name="TrainedAt">When.</param>
public sealed record CodeBookRow(string ModelId, int Bits, int TrainedOn, DateTimeOffset TrainedAt);

/// <summary>Compact codes: their planes, and a code for each vector.</summary>
/// <remarks>Codes of many vectors are computed here, some thirty times as fast as the database's own code_of, which
/// computes those of queries and of the few vectors of an update.</remarks>
public sealed class CodeStore(NpgsqlDataSource source)
{
    const int PageRows = 4_000;

    /// <summary>The codes there are, by model.</summary>
    public async Task<IReadOnlyList<CodeBookRow>> ListAsync(CancellationToken cancel = default)
    {
        var rows = new List<CodeBookRow>();
        await using var command = source.CreateCommand(
            "SELECT model_id, bits, trained_on, trained_at FROM vector_code ORDER BY model_id");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            rows.Add(new(reader.GetString(0), reader.GetInt32(1), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3)));
        }
        return rows;
    }

    /// <summary>Puts a learned code in the place of the one there is and computes the code of every vector, in one
    /// transaction: until it ends, searches use what there was. Vectors written meanwhile are compared as vectors until
    /// <see cref="UpdateAsync"/>.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="book">The planes.</param>
    /// <param name="trainedOn">Vectors that they were learned from.</param>
    /// <param name="seed">Of the training.</param>
    /// <param name="advance">Called with the vectors that have a code so far.</param>
    /// <param name="cancel">Stops it; nothing is changed then.</param>
    /// <returns>Vectors that have a code.</returns>
    public async Task<long> ReplaceAsync(
        string modelId, CodeBook book, int trainedOn, int seed, Action<long>? advance = null, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var batch = connection.CreateBatch())
        {
            batch.Add("DELETE FROM vector_code WHERE model_id = $1").With(modelId);
            batch
                .Add(
                    """
                    INSERT INTO vector_code (model_id, bits, trained_on, seed, covers)
                    VALUES ($1, $2, $3, $4, pg_snapshot_xmin(pg_current_snapshot()))
                    """)
                .With(modelId).With(book.Bits).With(trainedOn).With((long)seed);
            batch
                .Add(
                    """
                    INSERT INTO vector_code_plane (model_id, bit_no, plane, threshold)
                    SELECT $1, r.bit_no, r.plane, r.threshold FROM unnest($2, $3, $4) AS r(bit_no, plane, threshold)
                    """)
                .With(modelId)
                .With(Enumerable.Range(0, book.Bits).ToArray())
                .With(Enumerable.Range(0, book.Bits).Select(bit => book.Plane(bit).ToArray()).ToArray(), "vector[]")
                .With(Enumerable.Range(0, book.Bits).Select(book.Threshold).ToArray());
            batch.Add("SELECT make_code_table($1, $2)").With(modelId).With(book.Bits);
            await batch.ExecuteNonQueryAsync(cancel);
        }
        var written = 0L;
        for (var (after, last) = (Guid.Empty, (Guid?)Guid.Empty); last is not null; after = last ?? after)
        {
            (last, var coded) = await EncodePageAsync(connection, modelId, book, after, cancel);
            written += coded;
            advance?.Invoke(written);
        }
        await using (var publish = new NpgsqlCommand("SELECT publish_code_table($1)", connection))
        {
            await publish.With(modelId).ExecuteNonQueryAsync(cancel);
        }
        await transaction.CommitAsync(cancel);
        return written;
    }

    /// <summary>Gives the vectors written since the codes were made, or since the last update, theirs.</summary>
    /// <returns>Vectors that got a code.</returns>
    /// <exception cref="DatabaseException">The model has no codes.</exception>
    public async Task<long> UpdateAsync(string modelId, CancellationToken cancel = default)
    {
        var codes = (await ListAsync(cancel)).FirstOrDefault(row => row.ModelId == modelId) ?? throw Missing(modelId);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var horizon = new NpgsqlCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())::text", connection);
        var covers = (string)(await horizon.ExecuteScalarAsync(cancel))!;
        await using var insert = new NpgsqlCommand(
            FormattableString.Invariant(
                $"""
                INSERT INTO "code_{modelId}" (image_id, code)
                SELECT e.image_id, code_of(e.embedding::real[], $1)::bit({codes.Bits}) FROM {VectorStore.Table(modelId)} e
                WHERE e.written_xid >= (SELECT v.covers FROM vector_code v WHERE v.model_id = $1) AND vector_norm(e.embedding::vector) > 0
                ON CONFLICT (image_id) DO UPDATE SET code = excluded.code
                """),
            connection)
        { CommandTimeout = 0 };
        var coded = await insert.With(modelId).ExecuteNonQueryAsync(cancel);
        await using var move = new NpgsqlCommand("UPDATE vector_code SET covers = $2::xid8 WHERE model_id = $1", connection);
        await move.With(modelId).With(covers).ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return coded;
    }

    /// <summary>Removes the codes of a model.</summary>
    /// <exception cref="DatabaseException">It has none.</exception>
    public async Task DropAsync(string modelId, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var delete = new NpgsqlCommand("DELETE FROM vector_code WHERE model_id = $1", connection);
        if (await delete.With(modelId).ExecuteNonQueryAsync(cancel) == 0)
        {
            throw Missing(modelId);
        }
        await using var drop = new NpgsqlCommand("SELECT drop_code_table($1)", connection);
        await drop.With(modelId).ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>A sample of a model's vectors to learn from, row after row: evenly spaced ids, which as digests are a
    /// fair sample.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="most">Vectors at most.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<IReadOnlyList<float[]>> SampleAsync(string modelId, int most, CancellationToken cancel = default)
    {
        var sample = new List<float[]>();
        await using var command = source.CreateCommand(
            $"""
            SELECT e.embedding FROM {VectorStore.Table(modelId)} e
            WHERE ('x' || substr(e.image_id::text, 1, 8))::bit(32)::bigint & 4294967295
                <= 4294967295.0 * $1 / greatest(1, (SELECT count(*) FROM {VectorStore.Table(modelId)}))
            ORDER BY e.image_id LIMIT $1
            """);
        await using var reader = await command.With(most).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            sample.Add(reader.GetFieldValue<float[]>(0));
        }
        return sample;
    }

    /// <summary>Reads, encodes and writes the next vectors on one connection: the embedded database serves one
    /// transaction at a time.</summary>
    /// <returns>The last id read, null where there was none, and the codes written.</returns>
    static async Task<(Guid? Last, long Coded)> EncodePageAsync(
        NpgsqlConnection connection, string modelId, CodeBook book, Guid after, CancellationToken cancel)
    {
        Guid? last = null;
        var (ids, codes) = (new List<Guid>(PageRows), new List<string>(PageRows));
        await using (var read = new NpgsqlCommand(
            $"SELECT image_id, embedding FROM {VectorStore.Table(modelId)} WHERE image_id > $1 ORDER BY image_id LIMIT $2", connection))
        {
            await using var reader = await read.With(after).With(PageRows).ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                last = reader.GetGuid(0);
                if (Text(book, reader.GetFieldValue<float[]>(1)) is { } code)
                {
                    ids.Add(last.Value);
                    codes.Add(code);
                }
            }
        }
        await using var write = new NpgsqlCommand(
            FormattableString.Invariant(
                $"INSERT INTO \"coding_{modelId}\" (image_id, code) SELECT r.id, r.code::bit({book.Bits}) FROM unnest($1, $2) AS r(id, code)"),
            connection);
        return (last, await write.With(ids.ToArray()).With(codes.ToArray()).ExecuteNonQueryAsync(cancel));
    }

    /// <summary>A code as PostgreSQL writes bits; null for what has no direction, as a black picture may not have, and
    /// is near to nothing.</summary>
    static string? Text(CodeBook book, float[] vector)
    {
        if (!vector.AsSpan().ContainsAnyExcept(0f))
        {
            return null;
        }
        var code = new ulong[book.Words];
        book.Encode(vector, code);
        return string.Create(book.Bits, code, static (text, words) =>
        {
            for (var bit = 0; bit < text.Length; bit++)
            {
                text[bit] = (words[bit >> 6] >> (63 - (bit & 63)) & 1) == 0 ? '0' : '1';
            }
        });
    }

    static DatabaseException Missing(string modelId) =>
        new($"The model '{modelId}' has no compact codes. Make them with: imagepipeline codes train");
}
