using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>The services as programs, on a real broker and a real database: killed, stopped, doubled.</summary>
[Collection(nameof(OnFleet))]
public sealed class FleetTests(FleetFixture fleet) : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("ip-fleet-").FullName;
    readonly StageStore _stages = fleet.IsAbsent ? null! : new(fleet.Database.Source);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(fleet.IsAbsent, "needs PostgreSQL and RabbitMQ: infra/test-servers start");
        await fleet.ResetAsync();
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        await box.DropAsync(QueueName.All, _ => true, default);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Two_of_each_service_with_every_message_twice_give_what_one_process_gives()
    {
        WritePictures(16);
        await fleet.RunAsync(_folder);
        var expected = await fleet.DumpAsync();
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        (string, string)[] small = [("Hash__BatchImages", "5"), ("Embed__BatchImages", "5"), ("Relate__BatchImages", "3"), ("Regroup__QuietSeconds", "1")];
        await using var hasher = fleet.Start("Hasher", small);
        await using var otherHasher = fleet.Start("Hasher", small);
        await using var embedder = fleet.Start("Embedder", small);
        await using var clusterer = fleet.Start("Clusterer", small);
        await using var otherClusterer = fleet.Start("Clusterer", small);

        await fleet.Bus.PublishBatch(images.Concat(images));

        await ServiceProcess.UntilAsync(
            async () => await fleet.DumpAsync() == expected, hasher, otherHasher, embedder, clusterer, otherClusterer);
        await ServiceProcess.UntilAsync(AllQueuesAreEmptyAsync, hasher, otherHasher, embedder, clusterer, otherClusterer);
        Assert.Equal(expected, await fleet.DumpAsync());
    }

    [Fact]
    public async Task A_service_asked_to_stop_ends_with_0_and_leaves_no_message_behind_its_back()
    {
        WritePictures(40);
        await fleet.RunAsync(_folder);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        await fleet.Bus.PublishBatch(images);
        await using var hasher = fleet.Start("Hasher", ("Hash__BatchImages", "4"), ("Hash__Batches", "1"), ("Cpu__Workers", "1"));
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") > 0, hasher);

        var code = await hasher.StopAsync();

        Assert.Equal(0, code);
        var depth = (await new BrokerQueues(fleet.Broker with { Management = null }).ReadAsync(default))[0];
        Assert.Equal((images.Length, 0L), (await CountAsync("hash") + depth.Ready, depth.Failed));
        await using var next = fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, next);
    }

    [Fact]
    public async Task Killed_in_the_middle_again_and_again_the_work_is_done_in_the_end()
    {
        WritePictures(24);
        await fleet.RunAsync(_folder);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        await fleet.Bus.PublishBatch(images);
        for (var kill = 1; kill <= 4; kill++)
        {
            await using var doomed = fleet.Start("Hasher", ("Hash__BatchImages", "2"), ("Hash__Batches", "1"), ("Cpu__Workers", "1"));
            var wanted = Math.Min(kill * 4, images.Length);
            await ServiceProcess.UntilAsync(async () => await CountAsync("hash") >= wanted, doomed);
            await doomed.KillAsync();
        }

        await using var hasher = fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, hasher);
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        Assert.Empty(await box.ListAsync(QueueName.All, 10, default));
    }

    [Fact]
    public async Task A_message_that_outlives_its_consumers_ends_among_the_dead_letters_and_can_be_sent_again()
    {
        WritePictures(1);
        await fleet.RunAsync(_folder);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        await using (var connection = await fleet.Database.Source.OpenConnectionAsync())
        await using (var holding = await connection.BeginTransactionAsync())
        {
            // The batch hangs where it is written, so that each consumer is killed with it in hand.
            await using var hold = new Npgsql.NpgsqlCommand("LOCK TABLE image_palette", connection);
            await hold.ExecuteNonQueryAsync();
            await fleet.Bus.PublishBatch(images);
            while ((await LettersAsync()).Count == 0)
            {
                await using var doomed = fleet.Start("Hasher");
                await ServiceProcess.UntilAsync(
                    async () => await WaitingForTheTableAsync() || (await LettersAsync()).Count > 0, doomed);
                await doomed.KillAsync();
                // The database does not notice that a client is dead which waits for a lock.
                await fleet.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted");
            }
        }

        var letter = Assert.Single(await LettersAsync());
        Assert.Equal((QueueName.Hash, DeadLetter.DeliveredTooOften, images[0].ImageId), (letter.Queue, letter.Reason, letter.ImageId));
        await using var hasher = fleet.Start("Hasher");
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        Assert.Equal(1, await box.ReplayAsync([QueueName.Hash], _ => true, default));
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == 1, hasher);
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task A_message_that_fails_is_shown_with_its_reason_and_done_when_sent_again_after_the_cause_is_gone()
    {
        var image = Guid.NewGuid();
        await using var clusterer = fleet.Start("Clusterer");
        await fleet.Bus.Publish(new ImageEmbedded { ImageId = image, ModelId = "later_1" });
        await ServiceProcess.UntilAsync(async () => (await LettersAsync()).Count > 0, clusterer);

        var letter = Assert.Single(await LettersAsync());
        Assert.Equal((QueueName.RelateVectors, "DatabaseException", image), (letter.Queue, letter.Reason, letter.ImageId));
        Assert.Contains("later_1", letter.Detail, StringComparison.Ordinal);
        Assert.NotNull(letter.FailedAt);

        var vectors = new VectorStore(fleet.Database.Source);
        await vectors.RegisterModelAsync(new ModelRow("later_1", "later", "1", 4, "{}"));
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        Assert.Equal(0, await box.ReplayAsync(QueueName.All, one => one.Number == 2, default));
        Assert.Equal(1, await box.ReplayAsync(QueueName.All, one => one.Number == 1, default));
        // Not by the stage's status, which counts images alone, and this one is none.
        await ServiceProcess.UntilAsync(
            async () => (await fleet.RowsAsync("SELECT 1 FROM image_stage WHERE stage = 'relate:later_1'")).Count == 1, clusterer);
        Assert.Empty(await LettersAsync());
        await fleet.ExecuteAsync("DROP TABLE embedding_later_1");
    }

    [Fact]
    public async Task A_paused_stage_leaves_its_messages_and_goes_on_when_it_is_resumed()
    {
        WritePictures(3);
        await fleet.RunAsync(_folder);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        var control = new QueueControlStore(fleet.Database.Source);
        await control.SetAsync([QueueName.Hash], true, "test");
        await using var hasher = fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(() => Task.FromResult(hasher.Said.Contains("is paused", StringComparison.Ordinal)), hasher);

        await fleet.Bus.PublishBatch(images);
        await ServiceProcess.UntilAsync(
            async () => (await new BrokerQueues(fleet.Broker).CountReadyAsync(default))[0].Ready == images.Length, hasher);
        Assert.Equal(0, await CountAsync("hash"));
        await control.SetAsync([QueueName.Hash], false, "test");

        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, hasher);
    }

    async Task<IReadOnlyList<DeadLetter>> LettersAsync()
    {
        await using var box = await DeadLetterBox.OpenAsync(fleet.Broker, default);
        return await box.ListAsync(QueueName.All, 100, default);
    }

    async Task<bool> AllQueuesAreEmptyAsync() => (await new BrokerQueues(fleet.Broker).CountReadyAsync(default))
        .All(depth => depth.Ready == 0 || depth.Queue == QueueName.Embed && depth.Ready is null);

    async Task<bool> WaitingForTheTableAsync() => (await fleet.RowsAsync(
        "SELECT 1 FROM pg_locks WHERE relation = 'image_palette'::regclass AND NOT granted")).Count > 0;

    async Task<long> CountAsync(string stage) =>
        (await _stages.StatusAsync([stage])).Sum(status => status.Done);

    async Task<ImageIngested[]> PlacesAsync() => [.. (await new FileStore(fleet.Database.Source).LocateAsync(
        (await fleet.RowsAsync("SELECT image_id FROM image")).Select(Guid.Parse).ToArray())).Select(image => new ImageIngested
        {
            ImageId = image.ImageId, Uri = image.Uri, Etag = image.Etag, WidthPx = image.WidthPx, HeightPx = image.HeightPx,
        })];

    Task ForgetStagesAsync() => fleet.ExecuteAsync(
        """
        TRUNCATE image_stage, image_hash, image_palette, near_duplicate, duplicate_group, duplicate_member, embedding_gist_1;
        UPDATE image SET rejected_reason = NULL, rejected_detail = NULL, pixel_sha256 = NULL
        """);

    void WritePictures(int scenes)
    {
        for (var at = 0; at < scenes; at++)
        {
            var picture = RgbPicture.Scene(900 + at, 240, 180);
            File.WriteAllBytes(Path.Combine(_folder, $"{at}.jpg"), ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, 90));
            if (at % 2 == 0)
            {
                File.WriteAllBytes(
                    Path.Combine(_folder, $"{at}-copy.jpg"), ImageEncoder.ToJpeg(picture.Rgb, picture.WidthPx, picture.HeightPx, 60));
            }
        }
    }
}
