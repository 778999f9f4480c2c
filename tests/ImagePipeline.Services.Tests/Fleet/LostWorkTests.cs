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
            [$"embed:gist_1 {images.Length} 1", $"hash {images.Length - 1} 1"],
            await Fleet.RowsAsync("SELECT stage, count(*), max(times) FROM image_resend GROUP BY stage ORDER BY stage"));
        await using var hasher = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync(Stages.Hash) == images.Length, hasher);
    }

    static Task<int> StopAsync(ServiceProcess service)
    {
        service.Ask();
        return service.EndAsync();
    }
}
