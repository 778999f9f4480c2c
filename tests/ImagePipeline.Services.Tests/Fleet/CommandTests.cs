using System.Text.Json;
using ImagePipeline.Contracts;
using MassTransit;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>The commands for a fleet's queues and dead letters, as people and scripts meet them.</summary>
[Collection(nameof(OnFleet))]
public sealed class CommandTests(FleetFixture fleet) : FleetTests(fleet)
{
    [Fact]
    public async Task Queues_shows_what_waits_beside_what_is_to_do_and_what_is_paused()
    {
        var images = await ForgottenAsync(2);
        await Fleet.Bus.PublishBatch(images);
        await ServiceProcess.UntilAsync(async () => (await DepthAsync(QueueName.Hash)).Ready == images.Length);

        var paused = (await RunAsync("queues", "pause", "hash", "--json")).Expect(0).Json;
        var hash = (await QueuesAsync())["hash"];
        var shown = (await RunAsync("queues")).Expect(0).Out;
        (await RunAsync("queues", "resume", "all")).Expect(0);
        var queues = await QueuesAsync();

        Assert.Equal("""{"queues":["hash"],"paused":true}""", JsonSerializer.Serialize(paused));
        Assert.Equal((true, images.Length, 0, 0), (
            hash.GetProperty("paused").GetBoolean(), hash.GetProperty("ready").GetInt32(), hash.GetProperty("in_work").GetInt32(),
            hash.GetProperty("dead_letters").GetInt32()));
        Assert.Equal((images.Length, 0), (
            hash.GetProperty("database").GetProperty("to_do").GetInt32(), hash.GetProperty("database").GetProperty("done").GetInt32()));
        Assert.Single(shown.Split('\n'), line => line.Contains("hash ", StringComparison.Ordinal)
            && line.TrimEnd().EndsWith("paused", StringComparison.Ordinal));
        Assert.Equal(QueueName.All.Order(), queues.Keys.Order());
        Assert.All(queues.Values, queue => Assert.False(queue.GetProperty("paused").GetBoolean()));
    }

    [Fact]
    public async Task Queues_without_the_management_says_what_it_cannot_know()
    {
        (string, string)[] without = [("IMAGEPIPELINE_POSTGRES", Fleet.Postgres), ("IMAGEPIPELINE_RABBITMQ", Fleet.Broker.Uri!)];

        var shown = (await CommandRun.RunAsync(without, ["queues"])).Expect(0).Out;
        var away = (await CommandRun.RunAsync(without, ["queues", "--rabbitmq-management", "http://127.0.0.1:9"])).Expect(3);

        Assert.Contains("IMAGEPIPELINE_RABBITMQ_MANAGEMENT", shown, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:9", away.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dead_letters_are_listed_shown_sent_again_and_dropped()
    {
        var image = Guid.NewGuid();
        await using (var clusterer = Fleet.Start("Clusterer"))
        {
            await Fleet.Bus.Publish(new ImageEmbedded { ImageId = image, ModelId = "unknown_1" });
            await ServiceProcess.UntilAsync(async () => (await LettersAsync()).Count > 0, clusterer);
        }

        var letter = (await RunAsync("dead-letters", "list", "--json")).Expect(0).Json.GetProperty("dead_letters").EnumerateArray().Single();
        var listed = (await RunAsync("dead-letters", "list", "--stage", "relate-vectors")).Expect(0).Out;
        var elsewhere = (await RunAsync("dead-letters", "list", "--stage", "hash")).Expect(0).Out;
        var shown = (await RunAsync("dead-letters", "show", "1", "--json")).Expect(0).Json;
        var replayed = (await RunAsync("dead-letters", "replay", "--all", "--json")).Expect(0).Json;

        Assert.Equal(
            ["number", "queue", "reason", "detail", "failed_at", "message", "image_id", "uri", "advice"],
            letter.EnumerateObject().Select(property => property.Name));
        Assert.Equal((1, "relate-vectors", "DatabaseException", image), (
            letter.GetProperty("number").GetInt32(), letter.GetProperty("queue").GetString(), letter.GetProperty("reason").GetString(),
            letter.GetProperty("image_id").GetGuid()));
        Assert.Contains("unknown_1", letter.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains("replay", letter.GetProperty("advice").GetString(), StringComparison.Ordinal);
        Assert.Contains(image.ToString()[..8], listed, StringComparison.Ordinal);
        Assert.StartsWith("No dead letters", elsewhere, StringComparison.Ordinal);
        Assert.Equal(image, shown.GetProperty("body").GetProperty("message").GetProperty("imageId").GetGuid());
        Assert.Equal("""{"replayed":1}""", JsonSerializer.Serialize(replayed));
        Assert.Equal(1, await ReadyAsync(QueueName.RelateVectors));

        await using (var clusterer = Fleet.Start("Clusterer"))
        {
            await ServiceProcess.UntilAsync(async () => (await LettersAsync()).Count > 0, clusterer);
        }

        Assert.Contains("--yes", (await RunAsync("dead-letters", "drop", "1")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Contains("dead-letters list", (await RunAsync("dead-letters", "show", "2")).Expect(2).Error, StringComparison.Ordinal);
        Assert.Equal("1 dropped.", (await RunAsync("dead-letters", "drop", "1", "--yes")).Expect(0).Out.Trim());
        Assert.Empty((await RunAsync("dead-letters", "list", "--json")).Expect(0).Json.GetProperty("dead_letters").EnumerateArray());
        Assert.Equal(0, await ReadyAsync(QueueName.RelateVectors));
    }

    [Fact]
    public async Task A_dead_letter_says_which_object_it_is_about_and_what_to_do()
    {
        const string Uri = "file:///nowhere/pictures/1.jpg";
        var image = Guid.NewGuid();
        await Fleet.ExecuteAsync(
            $"INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes) VALUES ('{image}', decode(repeat('00', 32), 'hex'), 'jpeg', 1, 1, 1)");
        // No batch can be written: every one ends with the database's complaint, which says nothing of the object.
        await Fleet.ExecuteAsync("ALTER TABLE image_stage ADD CONSTRAINT broken CHECK (stage <> 'hash')");
        try
        {
            await using var hasher = Fleet.Start("Hasher");
            await Fleet.Bus.Publish(new ImageIngested { ImageId = image, Uri = Uri, Etag = null, WidthPx = 1, HeightPx = 1 });
            await ServiceProcess.UntilAsync(async () => (await LettersAsync()).Any(letter => letter.Queue == QueueName.Hash), hasher);
        }
        finally
        {
            await Fleet.ExecuteAsync("ALTER TABLE image_stage DROP CONSTRAINT broken");
        }

        var letter = (await RunAsync("dead-letters", "list", "--json")).Expect(0).Json.GetProperty("dead_letters").EnumerateArray().Single();
        var shown = (await RunAsync("dead-letters", "show", "1")).Expect(0).Out;

        Assert.Equal((Uri, "PostgresException"), (letter.GetProperty("uri").GetString(), letter.GetProperty("reason").GetString()));
        Assert.Contains($"object {Uri}", shown, StringComparison.Ordinal);
        Assert.Contains(letter.GetProperty("advice").GetString()!, shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_virtual_host_that_is_not_there_is_named()
    {
        var uri = new Uri(new Uri(Fleet.Broker.Uri!), "/no-such-place").ToString();

        var error = (await CommandRun.RunAsync([], ["dead-letters", "list", "--rabbitmq", uri])).Expect(3).Error;

        Assert.Contains("no-such-place", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    async Task<Dictionary<string, JsonElement>> QueuesAsync() => (await RunAsync("queues", "--json")).Expect(0).Json
        .GetProperty("queues").EnumerateArray().ToDictionary(queue => queue.GetProperty("queue").GetString()!);

    Task<CommandRun> RunAsync(params string[] arguments) => CommandRun.RunAsync(
        [
            ("IMAGEPIPELINE_POSTGRES", Fleet.Postgres), ("IMAGEPIPELINE_RABBITMQ", Fleet.Broker.Uri!),
            ("IMAGEPIPELINE_RABBITMQ_MANAGEMENT", Fleet.Broker.Management!),
        ],
        arguments);
}
