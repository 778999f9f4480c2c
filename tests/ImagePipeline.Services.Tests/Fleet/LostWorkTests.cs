using ImagePipeline.Contracts;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>What the queues lose is found in the database.</summary>
[Collection(nameof(OnFleet))]
public sealed class LostWorkTests(FleetFixture fleet) : FleetTests(fleet)
{
    [Fact]
    public async Task A_queue_that_was_emptied_is_filled_again_from_the_database()
    {
        var images = await ForgottenAsync(6);
        var done = images[0].ImageId;
        await new StageStore(Fleet.Database.Source).CompleteAsync(Stages.Hash, [done]);
        await new StageStore(Fleet.Database.Source).CompleteAsync(Stages.RelateHashes, [done]);
        await Fleet.Bus.PublishBatch(images);
        await ServiceProcess.UntilAsync(async () => await ReadyAsync(QueueName.Hash) == images.Length);
        await Fleet.PurgeAsync(QueueName.Hash);
        await Fleet.PurgeAsync(QueueName.Embed);
        Assert.Equal(0, await ReadyAsync(QueueName.Hash));

        await using (var ingest = Fleet.Start(
            "Ingest", ("Objects__Root", "file://" + Folder), ("Reconciler__IntervalSeconds", "1"), ("Reconciler__AgeMinutes", "0"),
            ("Reconciler__MostTimes", "1")))
        {
            await ServiceProcess.UntilAsync(
                async () => await ReadyAsync(QueueName.Hash) >= images.Length - 1 && await ReadyAsync(QueueName.Embed) >= images.Length, ingest);
            Assert.Equal(0, await StopAsync(ingest));
        }

        // Once each, those that lack the stage alone.
        Assert.Equal(images.Length - 1, await ReadyAsync(QueueName.Hash));
        Assert.Equal(
            [$"embed:fingerprint_2 {images.Length} 1", $"hash {images.Length - 1} 1"],
            await Fleet.RowsAsync("SELECT stage, count(*), max(times) FROM image_resend GROUP BY stage ORDER BY stage"));
        await using var hasher = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync(Stages.Hash) == images.Length, hasher);
    }

    [Fact]
    public async Task Messages_about_an_image_that_was_removed_are_dropped_and_nobody_sends_them_again()
    {
        var images = await ForgottenAsync(2);
        var (removed, kept) = (images[0], images[1..]);
        await Fleet.ExecuteAsync(
            $"DELETE FROM image_source WHERE image_id = '{removed.ImageId}'; DELETE FROM image WHERE image_id = '{removed.ImageId}'");

        // Alone first: a batch of which nothing is left must end too.
        await Fleet.Bus.Publish(removed);
        await using var hasher = Fleet.Start("Hasher");
        await using var embedder = Fleet.Start("Embedder");
        await ServiceProcess.UntilAsync(
            async () => await ReadyAsync(QueueName.Hash) + await ReadyAsync(QueueName.Embed) == 0, hasher);
        await Fleet.Bus.PublishBatch([removed, .. kept]);
        await ServiceProcess.UntilAsync(
            async () => await CountAsync(Stages.Hash) + await CountAsync(Stages.Embed("fingerprint_2")) == 2 * kept.Length, embedder);

        Assert.Empty(await LettersAsync());
        foreach (var table in new[] { "image_stage", "image_hash", "embedding_fingerprint_2" })
        {
            Assert.Empty(await Fleet.RowsAsync($"SELECT 1 FROM {table} WHERE image_id = '{removed.ImageId}'"));
        }

        var stages = new StageStore(Fleet.Database.Source);
        Assert.Empty(await stages.TakeLostAsync(new LostSearch(Stages.Hash, TimeSpan.Zero, 9), null, 9));
        Assert.Empty(await stages.PendingAsync(Stages.Embed("fingerprint_2"), null, 9));
    }

    static Task<int> StopAsync(ServiceProcess service)
    {
        service.Ask();
        return service.EndAsync();
    }
}
