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
        await WriteAsync(2);
        var (second, later) = await FollowAsync(horizon);
        var (third, _) = await FollowAsync(later);

        Assert.Equal(Sample.Ordered(0, 1), first.Order());
        Assert.Equal([Sample.Id(2)], second);
        Assert.Empty(third);
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
    public async Task Vectors_are_followed_by_model()
    {
        var vectors = new VectorStore(Source);
        await vectors.RegisterModelAsync(new ModelRow("follow_1", "follow", "1", 8, "{}"));
        await vectors.WriteAsync("follow_1", [Sample.Id(0)], [Sample.Vector(0, 8)]);
        var rows = new List<VectorRow>();

        var horizon = await vectors.FollowAsync("follow_1", 0, rows.Add);
        await vectors.WriteAsync("follow_1", [Sample.Id(1)], [Sample.Vector(1, 8)]);
        await vectors.FollowAsync("follow_1", horizon, rows.Add);

        Assert.Equal([Sample.Id(0), Sample.Id(1)], rows.Select(static row => row.ImageId));
        Assert.Equal(Sample.Vector(1, 8), rows[1].Vector);
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
}
