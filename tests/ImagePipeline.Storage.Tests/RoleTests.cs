using ImagePipeline.Storage.Roles;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>What the roles may not do, and who may make them. What the writer may do is shown by the suites that run as it.</summary>
[Collection(nameof(AsWriter))]
public sealed class RoleTests(RoleDatabase database) : StorageTests(database)
{
    [Theory]
    [InlineData("CREATE TABLE mine (n int)")]
    [InlineData("CREATE TEMPORARY TABLE mine (n int)")]
    [InlineData("CREATE SCHEMA mine")]
    [InlineData("CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'")]
    [InlineData("CREATE INDEX ON image (format)")]
    [InlineData("ALTER TABLE image ADD COLUMN mine int")]
    [InlineData("DROP TABLE image_palette")]
    [InlineData("DROP VIEW image_file")]
    [InlineData("TRUNCATE image_hash")]
    [InlineData("UPDATE schema_migration SET checksum = ''")]
    [InlineData("DELETE FROM schema_migration")]
    [InlineData("SELECT * FROM apart.secret")]
    [InlineData("SELECT * FROM pg_authid")]
    [InlineData("CREATE ROLE mine")]
    public async Task The_writer_may_not(string sql)
    {
        await MakeSecretAsync();

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync(Source, sql));
    }

    [Theory]
    [InlineData("INSERT INTO ingest_job (source) VALUES ('x')")]
    [InlineData("UPDATE image SET format = 'x'")]
    [InlineData("DELETE FROM image_hash")]
    [InlineData("DELETE FROM embedding_read")]
    [InlineData("UPDATE model SET active = false")]
    [InlineData("SELECT make_embedding_table('read')")]
    [InlineData("CREATE TABLE mine (n int)")]
    [InlineData("CREATE TEMPORARY TABLE mine (n int)")]
    [InlineData("SELECT * FROM apart.secret")]
    public async Task The_reader_may_not_even_outside_its_read_only_mode(string sql)
    {
        await MakeSecretAsync();
        await new VectorStore(Source).RegisterModelAsync(new ModelRow("read", "Test", "1", 4, "{}"));
        await using var writing = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.As(database.Roles.Reader))
        {
            Options = "-c default_transaction_read_only=off",
        }.ConnectionString);

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, await StateAsync(writing, sql));
    }

    [Fact]
    public async Task The_reader_reads_tables_views_and_vectors_made_later_within_its_time()
    {
        await new SourceStore(Source).RegisterAsync([Sample.File(1)], Guid.NewGuid());
        await new VectorStore(Source).RegisterModelAsync(new ModelRow("later", "Test", "1", 4, "{}"));
        await new VectorStore(Source).WriteAsync("later", [Sample.Id(1)], [[1, 0, 0, 0]]);

        Assert.Equal(1L, await AsReaderAsync("SELECT count(*) FROM image_file"));
        Assert.Equal(0d, await AsReaderAsync("SELECT embedding <=> '[2,0,0,0]'::halfvec FROM embedding_later"));
        Assert.Equal("on", await AsReaderAsync("SHOW default_transaction_read_only"));
        Assert.Equal("1min", await AsReaderAsync("SHOW statement_timeout"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, await StateAsync(database.Reader, "DELETE FROM image_hash"));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("x\" (n int); DROP TABLE image; --")]
    [InlineData("Upper")]
    [InlineData("line\n")]
    public async Task A_table_of_vectors_is_made_for_a_registered_model_only(string model)
    {
        await using var command = Source.CreateCommand("SELECT make_embedding_table($1)");
        await Assert.ThrowsAsync<PostgresException>(() => command.With(model).ExecuteNonQueryAsync());

        Assert.Equal(0L, await ScalarAsync<long>($"SELECT count(*) FROM pg_class WHERE relname LIKE 'embedding\\_{model[..4]}%'"));
    }

    [Fact]
    public async Task Names_of_the_caller_s_own_do_not_lead_the_function_astray()
    {
        await using var connection = await Source.OpenConnectionAsync();
        await ExecuteAsync(connection, "SET search_path = apart_from_everything, public");
        await ExecuteAsync(connection, "INSERT INTO model (model_id, name, version, dimensions, manifest) VALUES ('led', 'x', '1', 4, '{}')");

        await ExecuteAsync(connection, "SELECT make_embedding_table('led')");

        Assert.Equal(
            $"public {database.Roles.Owner}",
            await ScalarAsync<string>(
                """
                SELECT relnamespace::regnamespace || ' ' || pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'embedding_led'
                """));
    }

    [Fact]
    public async Task Several_writers_register_a_model_at_the_same_time()
    {
        var model = new ModelRow("raced", "Test", "1", 4, "{}");

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => new VectorStore(Source).RegisterModelAsync(model)));

        Assert.Equal(0, await new VectorStore(Source).CountAsync("raced"));
    }

    [Fact]
    public async Task Making_them_again_changes_nothing_and_applies_nothing()
    {
        var again = await SchemaMigration.RunAsync(database.ConnectionString, database.Roles with { WriterPassword = null });

        Assert.Equal(database.Report.Version, database.Report.Applied.Count);
        Assert.Empty(again.Applied);
        Assert.Equal([database.Roles.Owner, database.Roles.Writer, database.Roles.Reader], again.Roles);
        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM (SELECT DISTINCT relowner FROM pg_class WHERE relname LIKE 'image%') o"));
    }

    [Fact]
    public async Task The_password_that_is_stored_is_the_one_that_postgresql_would_store()
    {
        var role = database.Roles.Reader;
        await using var administrator = await database.Administrator.OpenConnectionAsync();
        await ExecuteAsync(administrator, $"SET password_encryption = 'scram-sha-256'; ALTER ROLE {role} PASSWORD 'tr0ub4dor & 3'");
        await using var command = new NpgsqlCommand($"SELECT rolpassword FROM pg_authid WHERE rolname = '{role}'", administrator);
        var stored = (string)(await command.ExecuteScalarAsync())!;

        var salt = Convert.FromBase64String(stored.Split('$')[1].Split(':')[1]);

        Assert.Equal(stored, ScramVerifier.Of("tr0ub4dor & 3", salt));
    }

    [Theory]
    [InlineData("")]
    [InlineData("pässword")]
    [InlineData("two\nlines")]
    public async Task A_password_that_servers_understand_differently_is_refused(string password)
    {
        var fault = await Assert.ThrowsAsync<DatabaseException>(() => SchemaMigration.RunAsync(
            database.ConnectionString, database.Roles with { WriterPassword = password }));

        Assert.Contains(database.Roles.Writer, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pässword", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_without_a_password_is_not_made()
    {
        var fault = await Assert.ThrowsAsync<DatabaseException>(() => SchemaMigration.RunAsync(
            database.ConnectionString, database.Roles with { Writer = $"{database.Roles.Writer}_2", WriterPassword = null }));

        Assert.Contains("no password", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tables_of_another_owner_are_left_to_it()
    {
        var fault = await Assert.ThrowsAsync<DatabaseException>(() => SchemaMigration.RunAsync(
            database.ConnectionString, database.Roles with { Owner = $"{database.Roles.Owner}_2" }));

        Assert.Contains($"--owner {database.Roles.Owner}", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_writer_may_not_migrate_or_make_roles()
    {
        var writer = database.As(database.Roles.Writer);

        Assert.Empty((await SchemaMigration.RunAsync(writer)).Applied);
        var fault = await Assert.ThrowsAsync<DatabaseException>(() => SchemaMigration.RunAsync(writer, database.Roles));

        Assert.Contains("may not make roles", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_that_is_behind_is_refused_with_what_to_do()
    {
        await using var administrator = await database.Administrator.OpenConnectionAsync();
        await ExecuteAsync(administrator, "CREATE TABLE kept AS SELECT * FROM schema_migration ORDER BY version DESC LIMIT 1");
        await ExecuteAsync(administrator, "DELETE FROM schema_migration WHERE version = (SELECT version FROM kept)");
        var options = new DatabaseOptions { ConnectionString = database.As(database.Roles.Writer) };
        try
        {
            var looking = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(options with { Migrate = false }));
            var migrating = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(options));

            Assert.Contains("imagepipeline migrate", looking.Message, StringComparison.Ordinal);
            Assert.Contains("imagepipeline migrate", migrating.Message, StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync(administrator, "INSERT INTO schema_migration SELECT * FROM kept; DROP TABLE kept");
        }
    }

    [Fact]
    public async Task What_is_no_connection_string_is_refused_without_repeating_it()
    {
        const string Wrong = "Host=db;Password=hunter2;no such thing";

        var migrating = await Assert.ThrowsAsync<DatabaseException>(() => SchemaMigration.RunAsync(Wrong));
        var opening = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(new() { ConnectionString = Wrong }));

        Assert.DoesNotContain("hunter2", migrating.Message + opening.Message, StringComparison.Ordinal);
    }

    async Task MakeSecretAsync()
    {
        await using var administrator = await database.Administrator.OpenConnectionAsync();
        await ExecuteAsync(administrator, "CREATE SCHEMA IF NOT EXISTS apart; CREATE TABLE IF NOT EXISTS apart.secret (n int)");
    }

    async Task<object?> AsReaderAsync(string sql)
    {
        await using var command = database.Reader.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    static async Task<string?> StateAsync(NpgsqlDataSource source, string sql)
    {
        await using var command = source.CreateCommand(sql);
        return (await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState;
    }

    static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
