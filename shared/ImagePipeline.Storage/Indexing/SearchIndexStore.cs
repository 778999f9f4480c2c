using ImagePipeline.Storage.Codes;
using Npgsql;

namespace ImagePipeline.Storage.Indexing;

/// <summary>The indices for search: which there are, building and dropping them. All are for a server; in the embedded
/// database, where building one takes long and holds everybody up, everything is compared.</summary>
public sealed class SearchIndexStore(NpgsqlDataSource source)
{
    static readonly SearchIndex[] Plain =
    [
        new("image_hash_by_band", IndexPurpose.Hashes, "image_hash", "image_hash USING gin (pdq_bands(pdq)) WHERE pdq_quality >= 50"),
        new("image_by_taken_at", IndexPurpose.Filters, "image", "image (taken_at)"),
        new("image_by_bytes", IndexPurpose.Filters, "image", "image (bytes)"),
        new("image_by_width", IndexPurpose.Filters, "image", "image (width_px)"),
        new("image_by_height", IndexPurpose.Filters, "image", "image (height_px)"),
        new("image_by_format", IndexPurpose.Filters, "image", "image (format)"),
        new("image_source_by_folder", IndexPurpose.Filters, "image_source", "image_source (uri COLLATE \"C\")"),
    ];

    /// <summary>Every index that search could use, with what there is of it.</summary>
    /// <param name="policy">How graphs are built.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<SearchIndexState>> ListAsync(VectorIndexPolicy policy, CancellationToken cancel = default)
    {
        var indices = new List<SearchIndex>();
        foreach (var model in await new VectorStore(source).ListModelsAsync(cancel))
        {
            indices.AddRange(OfModel(model, policy));
        }
        indices.AddRange((await new CodeStore(source).ListAsync(cancel)).Select(codes => OfCodes(codes, policy)));
        indices.AddRange(Plain);

        var rows = new Dictionary<string, long>();
        var states = new List<SearchIndexState>();
        foreach (var index in indices)
        {
            if (!rows.TryGetValue(index.Table, out var count))
            {
                rows[index.Table] = count = await CountAsync(index.Table, cancel);
            }
            states.Add(await StateAsync(index, count, cancel));
        }
        return states;
    }

    /// <summary>Builds an index while the table is read and written, and renews the table's statistics. One that was
    /// broken off is dropped first.</summary>
    /// <param name="state">From <see cref="ListAsync"/>.</param>
    /// <param name="policy">Memory and helpers.</param>
    /// <param name="rebuild">Build one that is valid anew, beside it and then in its place.</param>
    /// <param name="cancel">Breaks it off; an invalid index is left, which the next build or drop removes.</param>
    /// <exception cref="DatabaseException">This user does not own the table.</exception>
    public async Task BuildAsync(
        SearchIndexState state, VectorIndexPolicy policy, bool rebuild = false, CancellationToken cancel = default)
    {
        var index = state.Index;
        await AsOwnerAsync(async connection =>
        {
            var megabytes = index.VectorBytes > 0 ? policy.BuildMegabytes(state.Rows, index.VectorBytes) : Math.Min(policy.MemoryMegabytes, 512);
            await RunAsync(connection, FormattableString.Invariant(
                $"SET maintenance_work_mem = '{megabytes}MB'; SET max_parallel_maintenance_workers = {policy.Workers}"), cancel);
            await DropRemainsAsync(connection, index, cancel);
            if (state is { Bytes: not null, IsValid: false })
            {
                await RunAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS \"{index.Name}\"", cancel);
            }
            await RunAsync(
                connection,
                rebuild && state is { Bytes: not null, IsValid: true }
                    ? $"REINDEX INDEX CONCURRENTLY \"{index.Name}\""
                    : $"CREATE INDEX CONCURRENTLY IF NOT EXISTS \"{index.Name}\" ON {index.Definition}",
                cancel);
            await RunAsync(connection, $"ANALYZE \"{index.Table}\"", cancel);
        }, cancel);
    }

    /// <summary>How far the build of an index is, 0 to 1 where the server knows; null while none runs.</summary>
    public async Task<(string Phase, double? Share)?> ProgressAsync(SearchIndex index, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT phase,
                   CASE WHEN tuples_total > 0 THEN tuples_done::float8 / tuples_total
                        WHEN blocks_total > 0 THEN blocks_done::float8 / blocks_total END
            FROM pg_stat_progress_create_index WHERE relid = to_regclass($1)
            """);
        await using var reader = await command.With(index.Table).ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetDouble(1)) : null;
    }

    /// <summary>Drops an index; searches compare everything from then on.</summary>
    /// <exception cref="DatabaseException">This user does not own the table.</exception>
    public Task DropAsync(SearchIndex index, CancellationToken cancel = default) => AsOwnerAsync(
        async connection =>
        {
            await DropRemainsAsync(connection, index, cancel);
            await RunAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS \"{index.Name}\"", cancel);
        },
        cancel);

    static IEnumerable<SearchIndex> OfModel(ModelRow model, VectorIndexPolicy policy)
    {
        var table = $"embedding_{model.ModelId}";
        yield return new(
            $"{table}_hnsw", IndexPurpose.Vectors, table, $"\"{table}\" USING hnsw (embedding halfvec_cosine_ops) {Graph(policy)}",
            model.ModelId, 2 * model.Dimensions);
        if (model.CopyDimensions is var part && part < model.Dimensions)
        {
            yield return new(
                $"{table}_copies_hnsw", IndexPurpose.Copies, table,
                FormattableString.Invariant(
                    $"\"{table}\" USING hnsw ((subvector(embedding, 1, {part})::halfvec({part})) halfvec_cosine_ops) {Graph(policy)}"),
                model.ModelId, 2 * part);
        }
    }

    static SearchIndex OfCodes(CodeBookRow codes, VectorIndexPolicy policy) => new(
        $"code_{codes.ModelId}_hnsw", IndexPurpose.Codes, $"code_{codes.ModelId}",
        $"\"code_{codes.ModelId}\" USING hnsw (code bit_hamming_ops) {Graph(policy)}", codes.ModelId, (codes.Bits + 7) / 8);

    static string Graph(VectorIndexPolicy policy) => FormattableString.Invariant(
        $"WITH (m = {policy.Links}, ef_construction = {Math.Max(policy.Candidates, 2 * policy.Links)})");

    async Task<long> CountAsync(string table, CancellationToken cancel)
    {
        await using var command = source.CreateCommand($"SELECT count(*) FROM \"{table}\"");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    async Task<SearchIndexState> StateAsync(SearchIndex index, long rows, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(
            "SELECT pg_relation_size(x.indexrelid), x.indisvalid FROM pg_index x WHERE x.indexrelid = to_regclass($1)");
        await using var reader = await command.With(index.Name).ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new SearchIndexState(index, rows, reader.GetInt64(0), reader.GetBoolean(1))
            : new SearchIndexState(index, rows, null, false);
    }

    async Task AsOwnerAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancel)
    {
        // Its settings are forgotten when it goes back into the pool.
        await using var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            await work(connection);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseException(
                $"Only the owner of the tables may make or drop an index ({error.MessageText}). Connect as that role with --postgres.", error);
        }
    }

    /// <summary>Drops what a rebuilding that was broken off left beside an index: searches do not use it, but every
    /// write keeps it.</summary>
    /// <remarks>PostgreSQL names it so: see REINDEX CONCURRENTLY.</remarks>
    static async Task DropRemainsAsync(NpgsqlConnection connection, SearchIndex index, CancellationToken cancel)
    {
        var remains = new List<string>();
        await using (var command = new NpgsqlCommand(
            """
            SELECT c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
            WHERE x.indrelid = to_regclass($1) AND NOT x.indisvalid AND c.relname ~ ('^' || $2 || '_cc(new|old)[0-9]*$')
            """, connection))
        {
            await using var reader = await command.With(index.Table).With(index.Name).ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                remains.Add(reader.GetString(0));
            }
        }

        foreach (var name in remains)
        {
            await RunAsync(connection, $"DROP INDEX CONCURRENTLY IF EXISTS \"{name}\"", cancel);
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancel);
    }
}
