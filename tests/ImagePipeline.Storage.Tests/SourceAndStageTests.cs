namespace ImagePipeline.Storage.Tests;

public abstract class SourceAndStageTests(TestDatabase database) : StorageTests(database)
{
    readonly SourceStore _sources = new(database.Source);
    readonly StageStore _stages = new(database.Source);
    readonly Guid _job = Guid.Parse("00000000-0000-0000-0000-000000000001");

    [Fact]
    public async Task Registered_files_are_found_with_what_became_of_them()
    {
        var rejected = SourceRow.Refused("file:///b", null, 5, null, SourceState.Rejected, "not_an_image", "zero bytes");

        await _sources.RegisterAsync([Sample.File(1), rejected], _job);
        var known = await _sources.FindAsync([Sample.File(1).Uri, "file:///b", "file:///unknown"]);

        Assert.Equal(2, known.Count);
        Assert.Equal(new KnownSource("etag-1", SourceState.Ingested, null, Sample.Id(1)), known[Sample.File(1).Uri]);
        Assert.Equal(new KnownSource(null, SourceState.Rejected, "not_an_image", null), known["file:///b"]);
    }

    [Fact]
    public async Task Registering_twice_changes_nothing()
    {
        var rows = Enumerable.Range(0, 50).Select(n => Sample.File(n)).ToList();

        await _sources.RegisterAsync(rows, _job);
        await _sources.RegisterAsync([.. rows.AsEnumerable().Reverse()], _job);

        Assert.Equal([new SourceCount(SourceState.Ingested, null, 50)], await _sources.SummariseAsync());
    }

    [Fact]
    public async Task Repeated_uris_and_images_in_one_batch_are_stored_once_and_the_last_wins()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(2, Sample.File(1).Uri), Sample.File(2)], _job);

        var known = await _sources.FindAsync([Sample.File(1).Uri]);
        Assert.Equal(Sample.Id(2), known[Sample.File(1).Uri].ImageId);
    }

    [Fact]
    public async Task Nothing_of_a_batch_is_stored_when_one_row_is_wrong()
    {
        var wrong = SourceRow.Ingested("file:///wrong", null, 1, null, Sample.Image(2) with { WidthPx = 0 });

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => _sources.RegisterAsync([Sample.File(1), wrong], _job));

        Assert.Empty(await _sources.FindAsync([Sample.File(1).Uri, "file:///wrong"]));
    }

    [Fact]
    public async Task Pending_images_come_in_pages_and_end_when_all_are_done()
    {
        await _sources.RegisterAsync([.. Enumerable.Range(0, 25).Select(n => Sample.File(n))], _job);
        var seen = new List<Guid>();

        for (Guid? after = null; ;)
        {
            var page = await _stages.PendingAsync(Stages.Hash, after, 10);
            if (page.Count == 0)
            {
                break;
            }
            after = page[^1].ImageId;
            seen.AddRange(page.Select(static image => image.ImageId));
            await _stages.CompleteAsync(Stages.Hash, [.. page.Select(static image => image.ImageId)]);
        }

        Assert.Equal(Sample.Ordered([.. Enumerable.Range(0, 25)]), seen);
        Assert.Empty(await _stages.PendingAsync(Stages.Hash, null, 10));
        Assert.Equal(10, (await _stages.PendingAsync(Stages.RelateHashes, null, 10)).Count);
    }

    [Fact]
    public async Task A_failed_image_stays_pending_and_a_rejected_one_is_pending_neither_there_nor_in_the_stage_after()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(2), Sample.File(3)], _job);

        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "io_error", "disk")]);
        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "io_error", "disk again")]);
        await _stages.RejectAsync(Stages.Hash, [new(Sample.Id(2), "truncated", "ends early")]);
        await _stages.CompleteAsync(Stages.Hash, [Sample.Id(3)]);

        Assert.Equal([Sample.Id(1)], (await _stages.PendingAsync(Stages.Hash, null, 9)).Select(static image => image.ImageId));
        Assert.DoesNotContain(
            Sample.Id(2), (await _stages.PendingAsync(Stages.RelateHashes, null, 9)).Select(static image => image.ImageId));
        Assert.Equal(
            [new StageStatus("hash", 1, 1, 1, 0), new StageStatus("relate:hash", 0, 1, 1, 1)],
            await _stages.StatusAsync(["hash", "relate:hash"]));
        Assert.Equal([new StageStatus("hash", 1, 1, 1, 0)], await _stages.StatusAsync());
    }

    [Theory]
    [InlineData("hash", "embed:m_1")]
    [InlineData("embed:m_1", "hash")]
    public async Task What_one_stage_rejects_is_due_in_the_stage_beside_it_and_has_the_same_rows_and_reason_in_any_order(
        string first, string second)
    {
        await _sources.RegisterAsync([Sample.File(1)], _job);
        var reasons = new Dictionary<string, string> { ["hash"] = "truncated", ["embed:m_1"] = "corrupt" };

        await _stages.RejectAsync(first, [new(Sample.Id(1), reasons[first], first)]);

        var search = new LostSearch(second, TimeSpan.Zero, 2);
        Assert.Equal(Sample.Id(1), Assert.Single(await _stages.PendingAsync(second, null, 9)).ImageId);
        Assert.Equal(Sample.Id(1), Assert.Single(await _stages.TakeLostAsync(search, null, 9)).ImageId);
        await _stages.FailAsync(second, [new(Sample.Id(1), "unavailable", null)]);
        Assert.Equal(Sample.Id(1), Assert.Single(await _stages.TakeLostAsync(search, null, 9)).ImageId);
        await _stages.RejectAsync(second, [new(Sample.Id(1), reasons[second], second)]);

        foreach (var stage in (string[])["hash", "embed:m_1", "relate:hash", "relate:m_1"])
        {
            Assert.Empty(await _stages.PendingAsync(stage, null, 9));
            Assert.Empty(await _stages.TakeLostAsync(new LostSearch(stage, TimeSpan.Zero, 9), null, 9));
        }

        Assert.Equal([new SourceCount(SourceState.Rejected, "corrupt", 1)], await _sources.SummariseAsync());
    }

    [Fact]
    public async Task Every_image_is_counted_once_in_every_stage()
    {
        await _sources.RegisterAsync([.. Enumerable.Range(0, 5).Select(n => Sample.File(n))], _job);
        await _stages.RejectAsync(Stages.Hash, [new(Sample.Id(0), "truncated", null)]);
        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "unavailable", null)]);
        await _stages.CompleteAsync(Stages.Hash, [Sample.Id(2), Sample.Id(3)]);
        await _stages.CompleteAsync(Stages.RelateHashes, [Sample.Id(2)]);
        await _stages.CompleteAsync(Stages.Embed("m_1"), [Sample.Id(0)]);

        var status = await _stages.StatusAsync(["embed:m_1", "hash", "relate:hash", "relate:m_1"]);

        Assert.Equal(
            [
                new StageStatus("embed:m_1", 1, 0, 0, 4), new StageStatus("hash", 2, 1, 1, 1),
                new StageStatus("relate:hash", 1, 1, 1, 2), new StageStatus("relate:m_1", 0, 0, 0, 5),
            ],
            status);
    }

    [Fact]
    public async Task The_summary_counts_an_image_rejected_by_a_stage_as_rejected_with_its_reason()
    {
        var failed = SourceRow.Refused("file:///f", null, 5, null, SourceState.Failed, "io_error", null);
        await _sources.RegisterAsync([Sample.File(1), Sample.File(1, "file:///copy"), Sample.File(2), failed], _job);

        await _stages.RejectAsync(Stages.Hash, [new(Sample.Id(1), "truncated", "ends early")]);

        Assert.Equal(
            [
                new SourceCount(SourceState.Failed, "io_error", 1),
                new SourceCount(SourceState.Ingested, null, 1),
                new SourceCount(SourceState.Rejected, "truncated", 2),
            ],
            await _sources.SummariseAsync());
    }

    [Fact]
    public async Task Registering_tells_which_images_are_new()
    {
        var first = await _sources.RegisterAsync([Sample.File(1), Sample.File(1, "file:///copy"), Sample.File(2)], _job);
        var second = await _sources.RegisterAsync([Sample.File(2), Sample.File(3)], _job);

        Assert.Equal(Sample.Ordered(1, 2), first.Order());
        Assert.Equal([Sample.Id(3)], second);
        Assert.Empty(await _sources.RegisterAsync([], _job));
    }

    [Fact]
    public async Task An_image_without_a_file_any_more_is_pending_nowhere()
    {
        await _sources.RegisterAsync([Sample.File(1)], _job);
        await _sources.RegisterAsync([Sample.File(2, Sample.File(1).Uri)], _job);

        Assert.Equal(
            [new ImageLocation(Sample.Id(2), Sample.File(1).Uri, "etag-2", 642, 480)],
            await _stages.PendingAsync(Stages.Hash, null, 9));
    }

    [Fact]
    public async Task Success_after_a_failure_counts_attempts_and_a_late_failure_does_not_undo_it()
    {
        await _sources.RegisterAsync([Sample.File(1)], _job);

        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "io_error", null)]);
        await _stages.CompleteAsync(Stages.Hash, [Sample.Id(1)]);
        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "io_error", null)]);

        Assert.Equal("done2", await ScalarAsync<string>("SELECT state || attempts FROM image_stage"));
    }
}

[Collection(nameof(OnPGlite))]
public sealed class SourceAndStageOnPGlite(PGliteDatabase database) : SourceAndStageTests(database);

[Collection(nameof(OnPostgres))]
public sealed class SourceAndStageOnPostgres(PostgresDatabase database) : SourceAndStageTests(database);
