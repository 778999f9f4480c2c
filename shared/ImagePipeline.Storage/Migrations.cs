using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Brings the schema up to date: the numbered files of Sql/migrations, in order, each in a transaction, never
/// back.</summary>
static class Migrations
{
    const string Folder = "migrations/";

    // Any number that nothing else in the database locks: the bytes of "ImgP".
    const int LockKey = 0x496D6750;

    // The first that goes on searching an index where a filter left too few rows.
    static readonly Version OldestVector = new(0, 8);

    sealed record Migration(int Version, string Name, string Sql, string Checksum);

    /// <summary>Applies what is missing and returns the files' names. Several processes may do so at once.</summary>
    /// <exception cref="DatabaseException">The schema is newer than this program, was changed, or lacks pgvector; or this user does
    /// not own it.</exception>
    public static async Task<IReadOnlyList<string>> ApplyAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        var known = Load();
        await using var connection = await OpenAsync(source, cancel);
        if (Check(known, await AppliedAsync(connection, cancel)) == known.Count)
        {
            return [];
        }
        await AddVectorAsync(connection, cancel);
        var added = new List<string>();
        foreach (var migration in known)
        {
            if (await ApplyOneAsync(connection, migration, known, cancel))
            {
                added.Add($"{migration.Version:000}_{migration.Name}");
            }
        }
        await connection.ReloadTypesAsync(cancel);
        return added;
    }

    /// <summary>Makes sure that the schema is the one of this program, without changing it.</summary>
    /// <exception cref="DatabaseException">The database does not answer, or its schema is older, newer or another.</exception>
    public static async Task RequireAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        var known = Load();
        await using var connection = await OpenAsync(source, cancel);
        var applied = Check(known, await AppliedAsync(connection, cancel));
        if (applied < known.Count)
        {
            throw Behind(applied, known.Count);
        }
    }

    /// <summary>The last migration this program knows.</summary>
    public static int Latest() => Load().Count;

    static DatabaseException Behind(int applied, int known, Exception? cause = null) => new(
        $"The database's schema is {(applied == 0 ? "missing" : $"at migration {applied} of {known}")}. Let its owner run: "
        + "imagepipeline migrate --postgres \"Host=…\"", cause);

    static async Task<NpgsqlConnection> OpenAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        try
        {
            return await source.OpenConnectionAsync(cancel);
        }
        catch (NpgsqlException error)
        {
            throw new DatabaseException($"Cannot connect to the database: {error.Message}", error);
        }
    }

    static async Task<bool> ApplyOneAsync(
        NpgsqlConnection connection, Migration migration, List<Migration> known, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancel);
        var applied = Check(known, await AppliedAsync(connection, cancel));
        if (applied >= migration.Version)
        {
            return false;
        }
        try
        {
            await RunAsync(connection, migration.Sql, cancel);
            await using var record = new NpgsqlCommand(
                "INSERT INTO schema_migration (version, name, checksum) VALUES ($1, $2, $3)", connection);
            record.With(migration.Version).With(migration.Name).With(migration.Checksum);
            await record.ExecuteNonQueryAsync(cancel);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Behind(applied, known.Count, error);
        }
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Returns the last applied version.</summary>
    static int Check(List<Migration> known, List<(int Version, string Name, string Checksum)> applied)
    {
        foreach (var (version, name, checksum) in applied)
        {
            if (version > known.Count)
            {
                throw new DatabaseException(
                    $"The database was written by a newer ImagePipeline (it has migration {version}, '{name}'; this program " +
                    $"knows {known.Count}). Update this program.");
            }
            if (known[version - 1].Checksum != checksum)
            {
                throw new DatabaseException(
                    $"Migration {version}, '{name}', is not the one this program knows. The database was made by another " +
                    "build; use that build, or another database.");
            }
        }
        return applied.Count;
    }

    static async Task<List<(int Version, string Name, string Checksum)>> AppliedAsync(
        NpgsqlConnection connection, CancellationToken cancel)
    {
        var applied = new List<(int, string, string)>();
        await using var exists = new NpgsqlCommand("SELECT to_regclass('schema_migration') IS NOT NULL", connection);
        if (await exists.ExecuteScalarAsync(cancel) is not true)
        {
            return applied;
        }
        await using var command = new NpgsqlCommand(
            "SELECT version, name, checksum FROM schema_migration ORDER BY version", connection);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            applied.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        }
        return applied;
    }

    /// <summary>Adds pgvector, which on most servers only an administrator may.</summary>
    /// <exception cref="DatabaseException">It is not installed there, or too old.</exception>
    public static async Task RequireVectorAsync(NpgsqlDataSource source, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(source, cancel);
        await AddVectorAsync(connection, cancel);
    }

    static async Task AddVectorAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await RunAsync(connection, $"SELECT pg_advisory_xact_lock({LockKey})", cancel);
        await using var available = new NpgsqlCommand(
            "SELECT count(*) > 0 FROM pg_available_extensions WHERE name = 'vector'", connection);
        if (await available.ExecuteScalarAsync(cancel) is not true)
        {
            throw new DatabaseException(
                "The PostgreSQL server lacks pgvector. Install it there (package postgresql-NN-pgvector, image " +
                "pgvector/pgvector, or see github.com/pgvector/pgvector), version 0.8 or newer.");
        }
        try
        {
            await RunAsync(connection, "CREATE EXTENSION IF NOT EXISTS vector", cancel);
            await using var version = new NpgsqlCommand("SELECT extversion FROM pg_extension WHERE extname = 'vector'", connection);
            var installed = (string)(await version.ExecuteScalarAsync(cancel))!;
            if (Version.Parse(installed) < OldestVector)
            {
                throw new DatabaseException(
                    $"pgvector in the database is version {installed}, and search needs {OldestVector} or newer. Install one on the "
                    + "server and let an administrator run in the database: ALTER EXTENSION vector UPDATE");
            }
            await transaction.CommitAsync(cancel);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw new DatabaseException(
                "This user may not add pgvector to the database. Let an administrator run there once: " +
                "CREATE EXTENSION vector", error);
        }
    }

    static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancel);
    }

    static List<Migration> Load()
    {
        var migrations = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Select(static name => name.Replace('\\', '/'))
            .Where(static name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(Parse)
            .ToList();
        return migrations.Select(static migration => migration.Version).SequenceEqual(Enumerable.Range(1, migrations.Count))
            ? migrations
            : throw new InvalidOperationException("Migrations must be numbered 001, 002, ... without gaps.");
    }

    static Migration Parse(string resource)
    {
        var file = resource[Folder.Length..];
        var sql = Queries.Read(resource).ReplaceLineEndings("\n");
        return new Migration(
            int.Parse(file.AsSpan(0, 3), CultureInfo.InvariantCulture),
            Path.GetFileNameWithoutExtension(file)[4..],
            sql,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql))));
    }
}
