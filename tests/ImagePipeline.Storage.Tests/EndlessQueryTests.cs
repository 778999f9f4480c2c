using System.Diagnostics;
using ImagePipeline.Storage.Embedded;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>A statement that never ends, in the database that cannot stop one.</summary>
public sealed class EndlessQueryTests : IAsyncLifetime
{
    const string Endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n";

    readonly TemporaryFolder _folder = new();
    readonly ReadOnlyQueryOptions _short = new() { Timeout = TimeSpan.FromSeconds(1) };

    DatabaseOptions Options => new() { DataDirectory = _folder.Path, IdleExit = TimeSpan.FromSeconds(1) };

    string Log => Path.Combine(_folder.Path, "db", "server.log");

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    [Fact]
    public async Task It_is_ended_with_the_server_which_starts_again_and_nothing_that_was_stored_is_lost()
    {
        await using var database = await Database.OpenAsync(Options);
        var stored = new List<string>();
        using var enough = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(database, stored, enough.Token));
        await UntilAsync(() => stored.Count > 0);

        var refused = await Assert.ThrowsAsync<QueryRefusedException>(() => RowsAsync(database, Endless));
        var before = stored.Count;
        await UntilAsync(() => stored.Count > before);
        await enough.CancelAsync();
        await writing;

        Assert.Contains("time limit of 1 s", refused.Message, StringComparison.Ordinal);
        Assert.Contains("beyond its time limit", await File.ReadAllTextAsync(Log), StringComparison.Ordinal);
        var there = await new SourceStore(database.Source).FindAsync(stored);
        Assert.Empty(stored.Except(there.Keys));
    }

    [Fact]
    public async Task A_statement_within_its_limit_and_one_without_any_end_nothing()
    {
        await using var database = await Database.OpenAsync(Options);
        var server = ServerEndpoint.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.Path, "db", "endpoint.json")))!.Pid;

        await RowsAsync(database, "SELECT count(*) FROM generate_series(1, 1000)");
        await using (var command = database.Source.CreateCommand(
            "SELECT count(*) FROM generate_series(1, 40000000)"))
        {
            // Longer than the limit of the query before and the spare time of the watchdog together.
            for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromSeconds(5);)
            {
                await command.ExecuteScalarAsync();
            }
        }

        Assert.Equal(server, ServerEndpoint.Parse(await File.ReadAllTextAsync(Path.Combine(_folder.Path, "db", "endpoint.json")))!.Pid);
    }

    async Task<List<string?[]>> RowsAsync(Database database, string sql)
    {
        await using var result = await new ReadOnlyQuery(database.Source).RunAsync(sql, _short);
        var rows = new List<string?[]>();
        await foreach (var row in result.RowsAsync())
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Stores file after file, and tries again where the server is away; notes those it was told are stored.</summary>
    static async Task WriteAsync(Database database, List<string> stored, CancellationToken enough)
    {
        var sources = new SourceStore(database.Source);
        for (var number = 0; !enough.IsCancellationRequested;)
        {
            var file = Sample.File(number);
            try
            {
                await sources.RegisterAsync([file], Guid.NewGuid(), CancellationToken.None);
                stored.Add(file.Uri);
                number++;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(100, CancellationToken.None);
            }
        }
    }

    static async Task UntilAsync(Func<bool> isSo)
    {
        for (var clock = Stopwatch.StartNew(); !isSo();)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "It did not come.");
            await Task.Delay(20);
        }
    }
}
