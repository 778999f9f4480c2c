using System.Diagnostics;
using ImagePipeline.Storage.Embedded;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>How the embedded server starts, is shared, ends, and survives.</summary>
public sealed class EmbeddedDatabaseTests : IAsyncLifetime
{
    readonly TemporaryFolder _folder = new();

    DatabaseOptions Options => new() { DataDirectory = _folder.Path, IdleExit = TimeSpan.FromSeconds(1) };

    string EndpointFile => Path.Combine(_folder.Path, "db", "endpoint.json");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task Several_that_open_at_once_share_one_server()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => EmbeddedDatabase.StartAsync(Options)));

        Assert.Single(opened.Select(static database => database.ProcessId).Distinct());
        foreach (var database in opened)
        {
            await database.DisposeAsync();
        }
    }

    [Fact]
    public async Task Committed_rows_survive_a_kill_and_uncommitted_ones_do_not()
    {
        await using (var database = await Database.OpenAsync(Options))
        {
            var sources = new SourceStore(database.Source);
            await sources.RegisterAsync([.. Enumerable.Range(0, 3_000).Select(n => Sample.File(n))], Guid.NewGuid());
            var connection = await database.Source.OpenConnectionAsync();
            await connection.BeginTransactionAsync();
            await new NpgsqlCommand("DELETE FROM image_source", connection).ExecuteNonQueryAsync();

            await KillAsync();
            await Assert.ThrowsAnyAsync<NpgsqlException>(connection.CloseAsync);
        }

        await using var again = await Database.OpenAsync(Options);
        await using var count = again.Source.CreateCommand("SELECT count(*) FROM image_source JOIN image USING (image_id)");
        Assert.Equal(3_000L, await count.ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_server_exits_soon_after_its_last_client_and_its_rows_are_there_next_time()
    {
        int first;
        await using (var database = await Database.OpenAsync(Options))
        {
            first = ServerEndpoint.Parse(await File.ReadAllTextAsync(EndpointFile))!.Pid;
            await new JobStore(database.Source).StartAsync("/photos");
        }
        for (var i = 0; i < 200 && File.Exists(EndpointFile); i++)
        {
            await Task.Delay(50);
        }
        Assert.False(File.Exists(EndpointFile));

        await using var again = await Database.OpenAsync(Options);

        Assert.NotEqual(first, ServerEndpoint.Parse(await File.ReadAllTextAsync(EndpointFile))!.Pid);
        Assert.Equal("/photos", (await new JobStore(again.Source).LatestAsync())!.Source);
    }

    [Fact]
    public async Task An_interrupt_does_not_stop_the_server_and_a_termination_does()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals.");
        await using var database = await Database.OpenAsync(Options);
        var pid = ServerEndpoint.Parse(await File.ReadAllTextAsync(EndpointFile))!.Pid;

        await SignalAsync("INT", pid);
        await new JobStore(database.Source).StartAsync("/photos");
        await SignalAsync("TERM", pid);
        for (var i = 0; i < 200 && File.Exists(EndpointFile); i++)
        {
            await Task.Delay(50);
        }

        Assert.False(File.Exists(EndpointFile));
    }

    [Fact]
    public async Task Copy_from_the_client_is_refused_and_the_server_lives_on()
    {
        await using var database = await Database.OpenAsync(Options);
        await using var connection = await database.Source.OpenConnectionAsync();

        var error = await Assert.ThrowsAsync<PostgresException>(
            () => connection.BeginBinaryImportAsync("COPY image_stage FROM STDIN (FORMAT binary)"));

        Assert.Equal(PostgresErrorCodes.FeatureNotSupported, error.SqlState);
        Assert.Null(await new JobStore(database.Source).LatestAsync());
    }

    [Fact]
    public async Task A_data_directory_with_a_long_path_works()
    {
        var options = Options with { DataDirectory = Path.Combine(_folder.Path, new string('d', 120)) };

        await using (await Database.OpenAsync(options))
        {
        }

        var endpoint = Path.Combine(options.DataDirectory, "db", "endpoint.json");
        for (var i = 0; i < 200 && File.Exists(endpoint); i++)
        {
            await Task.Delay(50);
        }
        Assert.False(File.Exists(endpoint));
    }

    [Fact]
    public async Task Only_the_owner_can_reach_the_folder()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix permissions.");
            return;
        }
        await using var database = await EmbeddedDatabase.StartAsync(Options);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(_folder.Path, "db")));
    }

    [Fact]
    public async Task Data_of_another_version_is_refused_with_both_versions()
    {
        var cluster = Directory.CreateDirectory(Path.Combine(_folder.Path, "db", "cluster")).FullName;
        await File.WriteAllTextAsync(Path.Combine(cluster, "PG_VERSION"), "17\n");
        await File.WriteAllTextAsync(cluster + ".complete", "17");

        var error = await Assert.ThrowsAsync<DatabaseException>(() => Database.OpenAsync(Options));

        Assert.Contains("PostgreSQL 17", error.Message, StringComparison.Ordinal);
        Assert.Contains("18", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_first_start_is_begun_again()
    {
        var cluster = Directory.CreateDirectory(Path.Combine(_folder.Path, "db", "cluster")).FullName;
        await File.WriteAllTextAsync(Path.Combine(cluster, "PG_VERSION"), "18\n");

        await using var database = await Database.OpenAsync(Options);

        Assert.True(database.IsEmbedded);
    }

    [Fact]
    public void The_build_leaves_an_empty_cluster_that_new_ones_are_copied_from() =>
        Assert.True(File.Exists(Path.Combine(Repository.Root, "native/node_modules/.pglite-cluster/cluster.complete")));

    [Fact]
    public async Task A_cluster_is_made_from_nothing_where_there_is_none_to_copy()
    {
        var native = Path.Combine(Repository.Root, "native");
        var scripts = Directory.CreateDirectory(Path.Combine(_folder.Path, "pglite")).FullName;
        foreach (var script in Directory.EnumerateFiles(Path.Combine(native, "pglite")))
        {
            File.Copy(script, Path.Combine(scripts, Path.GetFileName(script)));
        }
        var modules = Directory.CreateDirectory(Path.Combine(_folder.Path, "node_modules")).FullName;
        Directory.CreateSymbolicLink(
            Path.Combine(modules, "@electric-sql"), Path.Combine(native, "node_modules/@electric-sql"));
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;

        using var server = Process.Start("node", [Path.Combine(scripts, "serve.mjs"), "--folder", data]);
        ServerEndpoint? endpoint = null;
        while (endpoint is not { HasAddress: true } && !server.HasExited)
        {
            await Task.Delay(50);
            var file = Path.Combine(data, "endpoint.json");
            endpoint = File.Exists(file) ? ServerEndpoint.Parse(await File.ReadAllTextAsync(file)) : null;
        }
        await SignalAsync("TERM", server.Id);
        await server.WaitForExitAsync();

        Assert.Equal(0, server.ExitCode);
        Assert.Equal("18", await File.ReadAllTextAsync(Path.Combine(data, "cluster.complete")));
    }

    [Fact]
    public async Task A_server_that_is_too_slow_is_reported_with_the_time_it_had()
    {
        var error = await Assert.ThrowsAsync<DatabaseException>(
            () => Database.OpenAsync(Options with { StartTimeout = TimeSpan.FromMilliseconds(100) }));

        Assert.Contains("did not start within", error.Message, StringComparison.Ordinal);
        File.Delete(EndpointFile);
    }

    async Task KillAsync()
    {
        using var server = Process.GetProcessById(ServerEndpoint.Parse(await File.ReadAllTextAsync(EndpointFile))!.Pid);
        server.Kill();
        await server.WaitForExitAsync();
    }

    static async Task SignalAsync(string name, int pid)
    {
        using var kill = Process.Start("kill", ["-" + name, $"{pid}"]);
        await kill.WaitForExitAsync();
    }
}
