using ImagePipeline.Imaging.Samples;
using Npgsql;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>60 drawn files and a collection made of them by one run: what most tests ask. They must not change it.</summary>
public abstract class SampleIndex : IAsyncLifetime
{
    /// <summary>Files drawn: 29 originals, 28 copies, 3 broken.</summary>
    public const int Files = 60;

    readonly Workplace _place = new();

    /// <summary>What was drawn.</summary>
    public IReadOnlyList<SamplePicture> Plan { get; } = [.. SampleFolder.Plan(Files, seed: 7)];

    /// <summary>Why the tests of this collection are skipped, or null.</summary>
    public string? Absent { get; protected set; }

    internal string Root => _place.Root;

    internal string Folder => _place.Pictures;

    internal CommandResult FirstRun { get; private set; } = null!;

    /// <summary>The arguments that name the database.</summary>
    internal abstract string[] Place { get; }

    internal string DataFolder => _place.Data;

    /// <summary>Path of a drawn file.</summary>
    public string PathOf(string path) => _place.Picture(path);

    /// <summary>URI of a drawn file.</summary>
    public string UriOf(string path) => "file://" + PathOf(path);

    /// <summary>Runs a command on this collection.</summary>
    internal async Task<CommandResult> AskAsync(params string[] arguments)
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        return await ImagePipelineProgram.RunAsync([.. arguments, .. Place]);
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!await PrepareAsync())
        {
            return;
        }

        Parallel.ForEach(Plan, new ParallelOptions { MaxDegreeOfParallelism = 2 }, file => _place.Write(file.Path, file.Bytes()));
        FirstRun = await AskAsync("run", Folder, "--json", "--no-progress");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _place.Dispose();
        await EndAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes the database; false where there is none.</summary>
    protected abstract Task<bool> PrepareAsync();

    /// <summary>Removes the database.</summary>
    protected virtual Task EndAsync() => Task.CompletedTask;
}

/// <summary>In the embedded database.</summary>
public sealed class EmbeddedIndex : SampleIndex
{
    internal override string[] Place => ["--data", DataFolder];

    /// <inheritdoc/>
    protected override Task<bool> PrepareAsync() => Task.FromResult(true);
}

/// <summary>In a new database of the server that IMAGEPIPELINE_TEST_POSTGRES names.</summary>
public sealed class PostgresIndex : SampleIndex
{
    readonly string _name = $"e2e_{Guid.NewGuid():n}";
    readonly string? _server = Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_POSTGRES");

    internal override string[] Place =>
        ["--postgres", new NpgsqlConnectionStringBuilder(_server) { Database = _name }.ConnectionString];

    /// <inheritdoc/>
    protected override async Task<bool> PrepareAsync()
    {
        if (string.IsNullOrEmpty(_server))
        {
            Absent = "No PostgreSQL: run infra/test-servers start and set IMAGEPIPELINE_TEST_POSTGRES as its env tells.";
            return Environment.GetEnvironmentVariable("CI") == "true" ? throw new InvalidOperationException(Absent) : false;
        }

        await RunAsync($"CREATE DATABASE {_name}");
        return true;
    }

    /// <inheritdoc/>
    protected override Task EndAsync() =>
        Absent is null ? RunAsync($"DROP DATABASE {_name} WITH (FORCE)") : Task.CompletedTask;

    async Task RunAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_server!);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition(nameof(OnEmbedded))]
public sealed class OnEmbedded : ICollectionFixture<EmbeddedIndex>;

[CollectionDefinition(nameof(OnPostgres))]
public sealed class OnPostgres : ICollectionFixture<PostgresIndex>;
