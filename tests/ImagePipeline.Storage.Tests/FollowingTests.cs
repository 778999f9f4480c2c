using System.Diagnostics;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>Readers that follow a table see every row, whatever the order in which transactions end.</summary>
public abstract class FollowingTests(TestDatabase database) : StorageTests(database)
{
    protected HashStore Hashes { get; } = new(database.Source);

    [Fact]
    public async Task What_was_written_since_is_handed_over_and_little_else()
    {
        await WriteAsync(0, 1);
        var (first, horizon) = await FollowAsync(0);
        horizon = await NothingNewAsync(horizon);
        await WriteAsync(2);
        var (second, later) = await FollowAsync(horizon);
        await NothingNewAsync(later);

        Assert.Equal(Sample.Ordered(0, 1), first.Order());
        Assert.Equal([Sample.Id(2)], second);
    }

    [Fact]
    public async Task Hashes_of_another_algorithm_and_of_rejected_images_are_left_out()
    {
        await WriteAsync(0, 1);
        await Hashes.WriteAsync("other", [Sample.Hashes(2)]);
        await new StageStore(Source).RejectAsync(Stages.Hash, [new StageProblem(Sample.Id(1), "corrupt", null)]);

        Assert.Equal([Sample.Id(0)], (await FollowAsync(0)).Rows);
    }

    [Fact]
    public async Task A_hash_made_anew_comes_again_where_its_algorithm_is_another_and_only_there()
    {
        await WriteAsync(0, 1);
        await Hashes.WriteAsync("other", [Sample.Hashes(0)]);
        var (first, horizon) = await FollowAsync(0);

        await WriteAsync(0, 1);
        var (second, _) = await FollowAsync(horizon);

        Assert.Equal([Sample.Id(1)], first);
        // What came before may come again while any transaction of the server, also another test's, is older.
        Assert.Equal([Sample.Id(0)], second.Where(image => image != Sample.Id(1)));
    }

    [Fact]
    public async Task Vectors_are_followed_by_model()
    {
        var vectors = new VectorStore(Source);
        await vectors.RegisterModelAsync(new ModelRow("follow_1", "follow", "1", 8, "{}"));
        await vectors.WriteAsync("follow_1", [Sample.Id(0)], [Sample.Vector(0, 8)]);
        var rows = new List<VectorRow>();

        var horizon = await vectors.FollowAsync("follow_1", 0, rows.Add);
        await vectors.WriteAsync("follow_1", [Sample.Id(1)], [Sample.Vector(1, 8)]);
        await vectors.FollowAsync("follow_1", horizon, rows.Add);

        // A row comes again while any transaction of the server, also another test's, is older.
        Assert.Equal([Sample.Id(0), Sample.Id(1)], rows.Select(static row => row.ImageId).Distinct());
        Assert.Equal(Sample.Vector(1, 8), rows[^1].Vector);
        await using var drop = Administrator.CreateCommand(
            "DROP TABLE embedding_follow_1; DELETE FROM model WHERE model_id = 'follow_1'");
        await drop.ExecuteNonQueryAsync();
    }

    protected async Task<(List<Guid> Rows, ulong Horizon)> FollowAsync(ulong horizon)
    {
        var rows = new List<Guid>();
        var next = await Hashes.FollowAsync("a", horizon, row => rows.Add(row.ImageId));
        return (rows, next);
    }

    /// <summary>Follows until nothing comes: rows come again while any transaction of the server, also another test's, is older.</summary>
    async Task<ulong> NothingNewAsync(ulong horizon)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            (var rows, horizon) = await FollowAsync(horizon);
            if (rows.Count == 0)
            {
                return horizon;
            }

            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1), $"{rows.Count} rows come again and again");
            await Task.Delay(50);
        }
    }

    protected async Task WriteAsync(params int[] numbers)
    {
        await new SourceStore(Source).RegisterAsync([.. numbers.Select(n => Sample.File(n))], Guid.NewGuid());
        await Hashes.WriteAsync("a", [.. numbers.Select(Sample.Hashes)]);
    }
}

[Collection(nameof(OnPGlite))]
public sealed class FollowingOnPGlite(PGliteDatabase database) : FollowingTests(database);

[Collection(nameof(OnPostgres))]
public sealed class FollowingOnPostgres(PostgresDatabase database) : FollowingTests(database)
{
    [Fact]
    public async Task A_row_whose_transaction_began_earlier_and_ended_later_is_not_missed()
    {
        await WriteAsync(0, 1);
        var (_, _) = await FollowAsync(0);
        await using var connection = await Source.OpenConnectionAsync();
        await using var slow = await connection.BeginTransactionAsync();
        await using (var insert = new NpgsqlCommand(
            """
            INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
            SELECT $1, algorithm, ahash, dhash, phash, pdq, pdq_quality FROM image_hash LIMIT 1
            """, connection))
        {
            insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Sample.Id(7) });
            await new SourceStore(Source).RegisterAsync([Sample.File(7)], Guid.NewGuid());
            await insert.ExecuteNonQueryAsync();
        }

        // A later transaction is committed and seen while the earlier one is still open.
        await WriteAsync(2);
        var (seen, horizon) = await FollowAsync(0);
        await slow.CommitAsync();
        var (then, _) = await FollowAsync(horizon);

        Assert.DoesNotContain(Sample.Id(7), seen);
        Assert.Contains(Sample.Id(2), seen);
        Assert.Contains(Sample.Id(7), then);
    }

    /// <summary>What the search across processes rests on: each writes, then looks, then compares what it wrote with what it saw.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_any_two_rows_whose_writers_looked_afterwards_one_saw_the_other(int seed)
    {
        const int Writers = 4;
        const int Rounds = 12;
        var random = new Random(seed);
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, Writers * Rounds).Select(n => Sample.File(n))], Guid.NewGuid());
        var met = new HashSet<(Guid, Guid)>();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var pauses = new Random(random.Next());
            var seen = new HashSet<Guid>();
            var horizon = 0UL;
            for (var round = 0; round < Rounds; round++)
            {
                var number = (writer * Rounds) + round;
                await using (var connection = await Source.OpenConnectionAsync())
                await using (var slow = await connection.BeginTransactionAsync())
                {
                    // The transaction has its number long before it ends.
                    await using var begin = new NpgsqlCommand("SELECT pg_current_xact_id()", connection);
                    await begin.ExecuteNonQueryAsync();
                    await using var wait = new NpgsqlCommand($"SELECT pg_sleep({pauses.Next(0, 20)} / 1000.0)", connection);
                    await wait.ExecuteNonQueryAsync();
                    await using var insert = new NpgsqlCommand(
                        """
                        INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
                        VALUES ($1, 'a', repeat('0', 64)::bit(64), repeat('0', 64)::bit(64), repeat('0', 64)::bit(64),
                            repeat('0', 256)::bit(256), 100)
                        """, connection);
                    insert.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Sample.Id(number) });
                    await insert.ExecuteNonQueryAsync();
                    await slow.CommitAsync();
                }

                horizon = await Hashes.FollowAsync("a", horizon, row => seen.Add(row.ImageId));
                Assert.Contains(Sample.Id(number), seen);
                lock (met)
                {
                    met.UnionWith(seen.Select(other => (Sample.Id(number), other)));
                }
            }
        }));

        var ids = Enumerable.Range(0, Writers * Rounds).Select(n => Sample.Id(n)).ToArray();
        Assert.All(
            from one in ids from other in ids where one.CompareTo(other) < 0 select (one, other),
            pair => Assert.True(met.Contains(pair) || met.Contains((pair.other, pair.one)), $"{pair} never met"));
    }
}
