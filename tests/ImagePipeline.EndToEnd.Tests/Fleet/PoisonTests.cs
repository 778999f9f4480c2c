using ImagePipeline.Contracts;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Hosting.Broker;
using Npgsql;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>Messages that nobody can treat end among the dead letters with a reason, and nobody else waits for them.</summary>
[Collection(nameof(OnFleet))]
public sealed class PoisonTests(FleetFixture fleet)
{
    [Fact]
    public async Task Messages_that_nobody_understands_and_images_that_are_nowhere_hold_nobody_up()
    {
        fleet.Require();
        await using var place = await fleet.PlaceAsync(fleet.Servers.Store.ToString());
        place.Start([.. ChaosPlan.ServiceNames]);
        await using var bus = await FleetBus.StartAsync(place.Broker);
        await place.UntilAsync("the queues are there", async () =>
            (await new BrokerQueues(place.Broker).CountReadyAsync(default)).All(depth => depth.Ready is not null));
        foreach (var queue in QueueName.All)
        {
            await bus.PutAsync(queue, "no message"u8.ToArray());
            await bus.PutAsync(queue, """{"messageType":["urn:message:Some:Other"],"message":{}}"""u8.ToArray());
        }

        var nowhere = Nowhere($"s3://{fleet.Bucket.Name}/{PictureBucket.Prefix}not-there.jpg");
        var strange = Nowhere("gopher://no/such/store");
        var removed = Nowhere(nowhere.Uri);
        foreach (var known in new[] { nowhere, strange })
        {
            await place.RowsAsync(
                "INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes) "
                + $"VALUES ('{known.ImageId}', decode(repeat('00', 32), 'hex'), 'jpeg', 1, 1, 1)");
        }

        await bus.PublishAsync([nowhere, strange, removed]);
        var job = await place.BeginAsync(fleet.Bucket.Uri + "000/");
        await place.UntilAtRestAsync(job);
        await place.UntilAsync("all poison is in the dead letters", async () => (await place.LettersAsync()).Count >= 2 * QueueName.All.Count);

        var letters = await place.LettersAsync();
        foreach (var queue in QueueName.All)
        {
            var here = letters.Where(letter => letter.Queue == queue).ToArray();
            Assert.Equal(2, here.Length);
            Assert.All(here, letter => Assert.NotEqual("", letter.Detail));
            Assert.Contains(here, letter => letter.Message == "unreadable");
            Assert.Contains(here, letter => letter.Message == "Other");
        }

        Assert.Equal(
            ["embed:fingerprint_1 failed vanished", "hash failed vanished"],
            await place.RowsAsync($"SELECT stage, state, reason FROM image_stage WHERE image_id = '{nowhere.ImageId}' ORDER BY stage"));
        Assert.Equal(0, await place.CountAsync($"SELECT count(*) FROM image_stage WHERE image_id = '{removed.ImageId}'"));
        Assert.Equal(4, await place.CountAsync("SELECT count(*) FROM image_stage WHERE state = 'failed'"));
        Assert.Equal("done 100 95 0 5 0 True", Assert.Single(await place.RowsAsync(FleetBooks.Counts)));
    }

    [Fact]
    public async Task A_consumer_that_dies_over_its_batch_again_and_again_gives_it_up_and_it_is_done_when_sent_again()
    {
        fleet.Require();
        const int Deliveries = 3;
        await using var place = await fleet.PlaceAsync(
            fleet.Servers.Store.ToString(), ("RabbitMq__DeliveryLimit", $"{Deliveries}"), ("Hash__BatchImages", "16"));
        var embedded = "SELECT count(*) FROM image_stage WHERE stage = 'embed:fingerprint_1'";
        await using (var connection = await place.Source.OpenConnectionAsync())
        await using (var holding = await connection.BeginTransactionAsync())
        {
            // The batch hangs where it is written, so that the hasher is killed with it in hand.
            await using var hold = new NpgsqlCommand("LOCK TABLE image_palette", connection);
            await hold.ExecuteNonQueryAsync();
            place.Start([.. ChaosPlan.ServiceNames]);
            var job = await place.BeginAsync(fleet.Bucket.Uri + "000/");
            await place.UntilAsync("the others are done", async () =>
                await place.Jobs.StateAsync(job) == Storage.JobState.Done && await place.CountAsync(embedded) >= 90);
            var hasher = place.Of("Hasher");
            while ((await place.LettersAsync()).Count == 0)
            {
                await place.UntilAsync("the hasher has a batch", async () =>
                    await place.CountAsync("SELECT count(*) FROM pg_locks WHERE relation = 'image_palette'::regclass AND NOT granted") > 0
                    || (await place.LettersAsync()).Count > 0);
                await hasher.KillAsync();
                // The database does not notice that a client is dead which waits for a lock.
                await place.CountAsync("SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE NOT granted");
                hasher.StartAgain();
            }

            Assert.InRange(hasher.Kills, Deliveries, Deliveries + 3);
        }

        Assert.All(await place.LettersAsync(), letter =>
            Assert.Equal((QueueName.Hash, DeadLetter.DeliveredTooOften), (letter.Queue, letter.Reason)));
        await using var box = await DeadLetterBox.OpenAsync(place.Broker, default);
        Assert.True(await box.ReplayAsync(QueueName.All, _ => true, default) > 0);
        await place.UntilAsync("every stage has answered", async () =>
            (await place.RowsAsync(FleetBooks.ToDo)).All(row => row.EndsWith(" 0", StringComparison.Ordinal)));
        Assert.Empty(await place.LettersAsync());
    }

    static ImageIngested Nowhere(string uri) => new() { ImageId = Guid.NewGuid(), Uri = uri, Etag = "0", WidthPx = 1, HeightPx = 1 };
}
