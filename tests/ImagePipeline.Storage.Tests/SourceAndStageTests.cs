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
    public async Task A_failed_image_stays_pending_and_a_rejected_one_is_pending_nowhere()
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
            [new StageStatus("hash", 1, 1, 1, 0), new StageStatus("relate:hash", 0, 0, 0, 2)],
            await _stages.StatusAsync(["hash", "relate:hash"]));
        Assert.Equal([new StageStatus("hash", 1, 1, 1, 0)], await _stages.StatusAsync());
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
