using System.Diagnostics;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>A database of its own for the tests of one collection; the whole suite runs on each kind.</summary>
public abstract class TestDatabase : IAsyncLifetime
{
    public Database Database { get; private set; } = null!;

    public NpgsqlDataSource Source => Database?.Source!;

    public string? Absent { get; protected set; }

    /// <summary>May do what the tests themselves do beside the stores, such as emptying tables.</summary>
    public virtual NpgsqlDataSource Administrator => Source;

    public async ValueTask InitializeAsync()
    {
        if (await OptionsAsync() is { } options)
        {
            Database = await Database.OpenAsync(options, TestContext.Current.CancellationToken);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (Database is not null)
        {
            await Database.DisposeAsync();
        }
        GC.SuppressFinalize(this);
    }

    /// <summary>Empties the tables, or skips the test where there is no server.</summary>
    public async Task ResetAsync()
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        await using var command = Administrator.CreateCommand(
            """
            TRUNCATE ingest_job, ingest_range, ingest_job_reason, image, image_source, image_stage, image_hash, image_palette,
                near_duplicate, duplicate_verdict, duplicate_decision, duplicate_group, duplicate_member, image_resend,
                cluster_run, cluster_member CASCADE
            """);
        await command.ExecuteNonQueryAsync();
    }

    protected abstract Task<DatabaseOptions?> OptionsAsync();
}

/// <summary>PGlite in a temporary folder.</summary>
public sealed class PGliteDatabase : TestDatabase
{
    readonly TemporaryFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _folder.DisposeAsync();
    }

    protected override Task<DatabaseOptions?> OptionsAsync() =>
        Task.FromResult<DatabaseOptions?>(new() { DataDirectory = _folder.Path, IdleExit = TimeSpan.FromSeconds(1) });
}

/// <summary>A new database on the server of IMAGEPIPELINE_TEST_POSTGRES, or of infra/test-servers where it is running.</summary>
public class PostgresDatabase : TestDatabase
{
    string? _server;

    /// <summary>The database's name; nothing else on the server is called so.</summary>
    protected string Name { get; } = $"test_{Guid.NewGuid():n}";

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_server is not null)
        {
            await RunAsync($"DROP DATABASE {Name} WITH (FORCE)");
        }
        GC.SuppressFinalize(this);
    }

    protected override async Task<DatabaseOptions?> OptionsAsync()
    {
        _server = Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_POSTGRES") ?? await StartedServerAsync();
        if (_server is null)
        {
            Absent = "No PostgreSQL: run infra/test-servers start, or set IMAGEPIPELINE_TEST_POSTGRES.";
            return Environment.GetEnvironmentVariable("CI") == "true" ? throw new InvalidOperationException(Absent) : null;
        }
        await RunAsync($"CREATE DATABASE {Name}");
        return new() { ConnectionString = new NpgsqlConnectionStringBuilder(_server) { Database = Name, CommandTimeout = 10 }.ConnectionString };
    }

    static async Task<string?> StartedServerAsync()
    {
        var script = Path.Combine(Repository.Root, "infra", "test-servers");
        if (!OperatingSystem.IsLinux() || await OutputAsync(script, "start", "postgres") is null)
        {
            return null;
        }
        var export = await OutputAsync(script, "env", "postgres");
        return export?.Split('\'')[1];
    }

    static async Task<string?> OutputAsync(string script, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(script, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await process.StandardOutput.ReadLineAsync() : null;
    }

    protected async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

/// <summary>Tests that begin with empty tables.</summary>
public abstract class StorageTests(TestDatabase database) : IAsyncLifetime
{
    protected NpgsqlDataSource Source { get; } = database.Source;
    protected NpgsqlDataSource Administrator { get; } = database.Administrator;

    public async ValueTask InitializeAsync() => await database.ResetAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

[CollectionDefinition(nameof(OnPGlite))]
public sealed class OnPGlite : ICollectionFixture<PGliteDatabase>;

[CollectionDefinition(nameof(OnPostgres))]
public sealed class OnPostgres : ICollectionFixture<PostgresDatabase>;
