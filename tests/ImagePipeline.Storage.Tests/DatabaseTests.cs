using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>The schema, read-only queries, and clients at the same time.</summary>
public abstract class DatabaseTests(TestDatabase database) : StorageTests(database)
{
    readonly ReadOnlyQuery _query = new(database.Source);

    [Fact]
    public async Task Every_table_view_and_column_of_a_table_has_a_comment()
    {
        await new VectorStore(Source).RegisterModelAsync(new ModelRow("commented", "Test", "1", 4, "{}"));

        Assert.Equal("", await ScalarAsync<string>(
            """
            SELECT coalesce(string_agg(c.relname || coalesce('.' || a.attname, ''), ' '), '')
            FROM pg_class c
            LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r'
            WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v')
                AND (obj_description(c.oid) IS NULL
                    OR (c.relkind = 'r' AND col_description(c.oid, a.attnum) IS NULL))
            """));
    }

    [Fact]
    public async Task Migrating_again_and_at_the_same_time_changes_nothing()
    {
        var before = await ScalarAsync<long>("SELECT count(*) FROM schema_migration");

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Migrations.ApplyAsync(Source, default)));

        Assert.Equal(before, await ScalarAsync<long>("SELECT count(*) FROM schema_migration"));
    }

    [Fact]
    public async Task A_newer_or_altered_schema_is_refused()
    {
        await ExecuteAsync("INSERT INTO schema_migration (version, name, checksum) VALUES (999, 'future', '')");
        var newer = await Assert.ThrowsAsync<DatabaseException>(() => Migrations.ApplyAsync(Source, default));
        await ExecuteAsync("DELETE FROM schema_migration WHERE version = 999");
        await ExecuteAsync("UPDATE schema_migration SET checksum = 'x' || checksum WHERE version = 1");
        var altered = await Assert.ThrowsAsync<DatabaseException>(() => Migrations.ApplyAsync(Source, default));
        await ExecuteAsync("UPDATE schema_migration SET checksum = substr(checksum, 2) WHERE version = 1");

        Assert.Contains("newer ImagePipeline", newer.Message, StringComparison.Ordinal);
        Assert.Contains("another build", altered.Message, StringComparison.Ordinal);
        await Migrations.ApplyAsync(Source, default);
    }

    [Fact]
    public async Task A_query_returns_its_rows_as_text()
    {
        var (columns, rows, truncated) = await RunAsync(
            "SELECT n, 'x' || n AS name, NULL::int AS none, ARRAY[n] AS list FROM generate_series(1, 3) n -- all; of them\n ;");

        Assert.Equal(["n", "name", "none", "list"], columns);
        Assert.Equal<IEnumerable<string?>>(["2", "x2", null, "{2}"], rows[1]);
        Assert.False(truncated);
    }

    [Theory]
    [InlineData(1_234, 1_234, false)]
    [InlineData(1_000, 1_234, true)]
    [InlineData(1, 1_234, true)]
    public async Task A_query_stops_at_its_row_limit(int limit, int available, bool truncated)
    {
        var result = await RunAsync($"SELECT generate_series(1, {available})", new() { MaxRows = limit });

        Assert.Equal((limit, truncated), (result.Rows.Count, result.Truncated));
    }

    [Theory]
    [InlineData("WITH t AS (VALUES (1)) SELECT * FROM t")]
    [InlineData("(SELECT 1)")]
    [InlineData("/* why */ TABLE image")]
    [InlineData("VALUES (1)")]
    [InlineData("EXPLAIN SELECT count(*) FROM image")]
    [InlineData("SHOW server_version")]
    public async Task Every_reading_statement_runs(string sql) => Assert.NotEmpty((await RunAsync(sql)).Columns);

    [Theory]
    [InlineData("DELETE FROM image")]
    [InlineData("WITH d AS (DELETE FROM image RETURNING 1) SELECT 1 FROM d")]
    [InlineData("EXPLAIN ANALYZE DELETE FROM image")]
    [InlineData("SELECT 1; DELETE FROM image")]
    [InlineData("SELECT 1; COMMIT; DELETE FROM image")]
    [InlineData("SELECT nextval('keep_seq')")]
    [InlineData("SELECT 1 INTO taken")]
    [InlineData("SELECT nothing FROM nowhere")]
    [InlineData("")]
    public async Task A_writing_or_wrong_statement_is_refused_and_changes_nothing(string sql)
    {
        await new SourceStore(Source).RegisterAsync([Sample.File(1)], Guid.NewGuid());
        await ExecuteAsync("CREATE SEQUENCE IF NOT EXISTS keep_seq");

        await Assert.ThrowsAsync<QueryRefusedException>(() => RunAsync(sql));

        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM image"));
    }

    [Fact]
    public async Task Connections_at_the_same_time_do_not_mix_statements_or_transactions()
    {
        await MakeTallyAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            await using var connection = await Source.OpenConnectionAsync();
            await using var prepared = new NpgsqlCommand("SELECT $1::int * 10", connection);
            prepared.With(0);
            await prepared.PrepareAsync();
            for (var n = 0; n < 20; n++)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                await using var insert = new NpgsqlCommand("INSERT INTO scratch.tally VALUES ($1, $2)", connection);
                await insert.With(worker).With(n).ExecuteNonQueryAsync();
                ((NpgsqlParameter<int>)prepared.Parameters[0]).TypedValue = n;
                Assert.Equal(n * 10, await prepared.ExecuteScalarAsync());
                if (n % 2 == 0)
                {
                    await transaction.CommitAsync();
                }
                else
                {
                    await transaction.RollbackAsync();
                }
            }
        }));

        Assert.Equal(60L, await ScalarAsync<long>("SELECT count(*) FROM scratch.tally"));
        Assert.Equal(0L, await ScalarAsync<long>("SELECT count(*) FROM scratch.tally WHERE n % 2 = 1"));
    }

    [Fact]
    public async Task A_connection_lost_in_a_transaction_rolls_it_back()
    {
        await MakeTallyAsync();
        var connection = await Source.OpenConnectionAsync();
        await connection.BeginTransactionAsync();
        await new NpgsqlCommand("INSERT INTO scratch.tally VALUES (1, 1)", connection).ExecuteNonQueryAsync();

        NpgsqlConnection.ClearPool(connection);
        await connection.CloseAsync();

        Assert.Equal(0L, await ScalarAsync<long>("SELECT count(*) FROM scratch.tally"));
    }

    async Task<(IReadOnlyList<string> Columns, List<string?[]> Rows, bool Truncated)> RunAsync(
        string sql, ReadOnlyQueryOptions? options = null)
    {
        await using var result = await _query.RunAsync(sql, options);
        var rows = new List<string?[]>();
        await foreach (var row in result.RowsAsync())
        {
            rows.Add(row);
        }
        return (result.Columns, rows, result.Truncated);
    }

    Task MakeTallyAsync() => ExecuteAsync(
        "DROP SCHEMA IF EXISTS scratch CASCADE; CREATE SCHEMA scratch; CREATE TABLE scratch.tally (worker int, n int)");

    async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

[Collection(nameof(OnPGlite))]
public sealed class DatabaseOnPGlite(PGliteDatabase database) : DatabaseTests(database);

[Collection(nameof(OnPostgres))]
public sealed class DatabaseOnPostgres(PostgresDatabase database) : DatabaseTests(database)
{
    [Theory]
    [InlineData(3, "", "3s 30")]
    [InlineData(0, "-c tcp_keepalives_idle=77", "0 77")]
    [InlineData(3, "-c tcp_keepalives_idle=77", "3s 77")]
    public async Task A_session_looks_for_its_client_unless_told_otherwise(int seconds, string options, string expected)
    {
        var address = new NpgsqlConnectionStringBuilder(Source.ConnectionString) { Options = options.Length > 0 ? options : null };
        await using var opened = await Database.OpenAsync(
            new() { ConnectionString = address.ConnectionString, ClientCheck = TimeSpan.FromSeconds(seconds) });
        await using var connection = await opened.Source.OpenConnectionAsync();

        await using var settings = new NpgsqlCommand(
            "SELECT current_setting('client_connection_check_interval') || ' ' || current_setting('tcp_keepalives_idle')", connection);
        var first = await settings.ExecuteScalarAsync();
        // The pool resets what a session was told later.
        await connection.CloseAsync();
        await connection.OpenAsync();

        Assert.Equal((expected, expected), (first, await settings.ExecuteScalarAsync()));
    }
}
