using ImagePipeline.Cli.Embedded;
using ImagePipeline.Contracts;
using ImagePipeline.Embedder;
using ImagePipeline.Hosting;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>The walk: how far ahead it may be, and files that change, vanish or are no good.</summary>
public sealed class WalkTests(PipelineFixture pipeline) : PipelineTests(pipeline)
{
    [Fact]
    public async Task The_walk_is_never_further_ahead_than_its_limit_and_a_chunk()
    {
        const int InFlight = 8;
        const int Chunk = 4;
        WriteScenes(60);
        var job = new MainJob(Pipeline.Database, Pipeline.Engine, new PipelineOptions
        {
            Cpu = new() { Workers = 1 },
            Ingest = new() { ChunkFiles = Chunk, ImagesInFlight = InFlight },
            Hash = new() { BatchImages = 2, Batches = 1 },
            Embed = new() { BatchImages = 2, Batches = 1 },
        });

        var running = job.RunAsync([Folder], TestContext.Current.CancellationToken);
        var most = 0L;
        while (!running.IsCompleted)
        {
            most = Math.Max(most, job.Ledger?.Snapshot().Max(stage => (long?)stage.Waiting) ?? 0);
            await Task.Delay(1);
        }

        Assert.Equal(60, (await running).Ingested);
        Assert.InRange(most, Chunk + 1, InFlight + Chunk);
    }

    [Fact]
    public async Task A_changed_file_is_taken_in_as_the_new_image()
    {
        WriteScenes(4);
        await RunAsync();
        Write("scene-001.png", Png(Scene(900)));

        var report = await RunAsync();

        AssertAddsUp(report);
        Assert.Equal((4, 1, 3), (report.Discovered, report.Ingested, report.AlreadyKnown));
        Assert.Equal(4, await new FileStore(Pipeline.Database.Source).CountAsync());
        Assert.Equal(
            ["5 4"], await Pipeline.RowsAsync("SELECT (SELECT count(*) FROM image_hash), (SELECT count(*) FROM image_source)"));
    }

    [Fact]
    public async Task A_file_that_vanishes_after_the_walk_saw_it_is_failed_and_its_neighbours_are_done()
    {
        WriteScenes(5);
        var written = File.GetLastWriteTimeUtc(PathOf("scene-002.png"));
        using var host = PipelineHost.Build(Pipeline.Database, Pipeline.Engine, new());
        var services = host.Services;
        await services.GetRequiredService<VectorStore>().RegisterModelAsync(ModelRegistration.RowOf(Pipeline.Engine.Model.Manifest));
        await host.StartAsync();
        using var thief = services.GetRequiredService<IBus>().ConnectPublishObserver(new Thief(PathOf("scene-002.png")));
        var job = await services.GetRequiredService<JobStore>().StartAsync(Folder);
        var counts = new IngestCounts();

        await services.GetRequiredService<JobRunner>().RunAsync(job, counts, TestContext.Current.CancellationToken);
        await services.GetRequiredService<StageLedger>().WaitForRoomAsync(0, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1));
        await host.StopAsync();

        Assert.Equal(5, counts.Registered);
        Assert.Equal(
            [new SourceCount(SourceState.Failed, "vanished", 1)],
            await services.GetRequiredService<JobStore>().TroubleAsync(job));
        Assert.Equal(
            ["embed:fingerprint_2 done 4", "embed:fingerprint_2 failed 1", "hash done 4", "hash failed 1", "relate:fingerprint_2 done 4", "relate:hash done 4"],
            await Pipeline.RowsAsync("SELECT stage, state, count(*) FROM image_stage GROUP BY 1, 2 ORDER BY 1, 2"));

        // It is back as it was, such as on a drive that is plugged in again.
        Write("scene-002.png", Png(Scene(502)));
        File.SetLastWriteTimeUtc(PathOf("scene-002.png"), written);
        var report = await RunAsync();
        AssertAddsUp(report);
        Assert.Equal(5, await ScalarAsync("SELECT count(*) FROM image_hash"));
    }

    [Fact]
    public async Task An_image_that_our_own_code_stumbles_over_is_failed_alone()
    {
        WriteScenes(6);
        await RunAsync();
        // The folder reader knows no such address and says so with an exception that names no fault of the file.
        await Pipeline.ExecuteAsync(
            """
            TRUNCATE image_stage, image_hash, embedding_fingerprint_2;
            UPDATE image_source SET uri = 'gopher://' || uri WHERE uri LIKE '%scene-003.png'
            """);
        // Else the walk finds the image at an address that can be read, and it is treated from there.
        File.Delete(PathOf("scene-003.png"));

        await RunAsync();

        Assert.Equal(
            ["embed:fingerprint_2 internal_error", "hash internal_error"],
            await Pipeline.RowsAsync(
                """
                SELECT stage, t.reason FROM image_stage t JOIN image_source s USING (image_id)
                WHERE t.state = 'failed' AND s.uri LIKE 'gopher:%' ORDER BY stage
                """));
        Assert.Equal(5, await ScalarAsync("SELECT count(*) FROM image_stage WHERE stage = 'hash' AND state = 'done'"));
    }

    [Fact]
    public async Task A_rejected_file_is_counted_again_without_being_read_again()
    {
        WriteScenes(2);
        var whole = Jpeg(Scene(1));
        Write("cut.jpg", whole[..(whole.Length / 2)]);
        Write("empty.png", []);

        var first = await RunAsync();
        var second = await RunAsync();

        Assert.All([first, second], AssertAddsUp);
        Assert.Equal((2, 0), (first.Ingested, first.AlreadyKnown));
        Assert.Equal((0, 2), (second.Ingested, second.AlreadyKnown));
        Assert.Equal(new Dictionary<string, long> { ["empty_file"] = 1, ["truncated"] = 1 }, first.Rejected);
        Assert.Equal(first.Rejected, second.Rejected);
        Assert.Equal(0, Treated(second, Stages.Hash));
    }

    [Fact]
    public async Task A_file_saved_again_with_the_same_bytes_is_treated_in_the_same_run_if_its_image_failed()
    {
        WriteScenes(3);
        await RunAsync();
        // As a run leaves it that found the file changed between the walk and the stage.
        await Pipeline.ExecuteAsync(
            """
            UPDATE image_stage t SET state = 'failed', reason = 'changed' FROM image_source s
            WHERE s.image_id = t.image_id AND s.uri LIKE '%scene-001.png'
            """);
        File.SetLastWriteTimeUtc(PathOf("scene-001.png"), new DateTime(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc));

        var report = await RunAsync();

        AssertAddsUp(report);
        Assert.Equal((1, 2), (report.Ingested, report.AlreadyKnown));
        Assert.Empty(report.Failed);
        Assert.Equal(12, await ScalarAsync("SELECT count(*) FROM image_stage WHERE state = 'done'"));
    }

    [Fact]
    public async Task An_image_that_fails_again_is_failed_in_the_later_job_too()
    {
        WriteScenes(3);
        await RunAsync();
        await Pipeline.ExecuteAsync(
            """
            UPDATE image_stage t SET state = 'failed', reason = 'vanished' FROM image_source s
            WHERE s.image_id = t.image_id AND s.uri LIKE '%scene-001.png'
            """);
        using var host = PipelineHost.Build(Pipeline.Database, Pipeline.Engine, new());
        var services = host.Services;
        await host.StartAsync();
        using var thief = services.GetRequiredService<IBus>().ConnectPublishObserver(new Thief(PathOf("scene-001.png")));
        var jobs = services.GetRequiredService<JobStore>();
        var job = await jobs.StartAsync(Folder);

        await services.GetRequiredService<JobRunner>().RunAsync(job, new IngestCounts(), TestContext.Current.CancellationToken);
        await services.GetRequiredService<StageLedger>().WaitForRoomAsync(0, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(1));
        await host.StopAsync();

        Assert.Equal(new JobCounts(3, 2, 0, 0, 1), (await jobs.GetAsync(job))!.Counts);
        Assert.Equal([new SourceCount(SourceState.Failed, "vanished", 1)], await jobs.TroubleAsync(job));
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a/1.jpg")]
    [InlineData("a/b/2.jpg")]
    [InlineData("a-/1.jpg")]
    [InlineData("zz")]
    public void A_walk_goes_on_after_any_key(string after)
    {
        string[] keys = ["a-/1.jpg", "a.jpg", "a/1.jpg", "a/b/1.jpg", "a/b/2.jpg", "a/b/3.jpg", "a/c.jpg", "b.jpg"];
        Assert.All(keys, key => Write(key, [1]));
        Write(".hidden/x.jpg", [1]);

        Assert.Equal(keys, FolderWalk.Walk(Folder).Select(found => found.Key));
        Assert.Equal(
            keys.Where(key => string.CompareOrdinal(key, after) > 0), FolderWalk.Walk(Folder, after).Select(found => found.Key));
    }

    async Task<int> ScalarAsync(string sql) =>
        int.Parse((await Pipeline.RowsAsync(sql)).Single(), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Takes a file away when its image is announced.</summary>
    sealed class Thief(string path) : IPublishObserver
    {
        public Task PrePublish<T>(PublishContext<T> context) where T : class
        {
            if (context.Message is ImageIngested)
            {
                File.Delete(path);
            }

            return Task.CompletedTask;
        }

        public Task PostPublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
