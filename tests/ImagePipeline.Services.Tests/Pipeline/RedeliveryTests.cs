using System.Collections.Concurrent;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Clusterer;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Services.Tests.Pipeline;

/// <summary>Every message may come twice, late and in any order: the result is the same.</summary>
public sealed class RedeliveryTests(PipelineFixture pipeline) : PipelineTests(pipeline)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Everything_delivered_twice_in_random_order_gives_the_same_rows_and_groups(int seed)
    {
        WriteSamples(40, seed: 7);
        await RunAsync();
        var expected = await Pipeline.DumpAsync();
        var images = await PlacesAsync();

        await Pipeline.ExecuteAsync(
            """
            TRUNCATE image_stage, image_hash, image_palette, near_duplicate, duplicate_group, duplicate_member, embedding_fingerprint_2;
            UPDATE image SET rejected_reason = NULL, rejected_detail = NULL, pixel_sha256 = NULL
            """);
        await DeliverAsync(images, new Random(seed), times: 2, alsoWhatFollows: true);

        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    [Fact]
    public async Task Delivering_what_is_done_already_changes_nothing()
    {
        WriteSamples(24, seed: 11);
        await RunAsync();
        var expected = await Pipeline.DumpAsync();

        await DeliverAsync(await PlacesAsync(), new Random(1), times: 2, alsoWhatFollows: true);

        Assert.Equal(expected, await Pipeline.DumpAsync());
    }

    async Task<ImageIngested[]> PlacesAsync()
    {
        var files = new FileStore(Pipeline.Database.Source);
        var ids = (await Pipeline.RowsAsync("SELECT image_id FROM image")).Select(Guid.Parse).ToArray();
        return [.. (await files.LocateAsync(ids)).Select(image => new ImageIngested
        {
            ImageId = image.ImageId, Uri = image.Uri, Etag = image.Etag, WidthPx = image.WidthPx, HeightPx = image.HeightPx,
        })];
    }

    /// <summary>Sends every image so many times, shuffled; and what the stages then say so many times more.</summary>
    async Task DeliverAsync(ImageIngested[] images, Random random, int times, bool alsoWhatFollows)
    {
        using var host = PipelineHost.Build(Pipeline.Database, Pipeline.Engine, new PipelineOptions
        {
            // Small batches: repeats then meet in one batch as well as in different ones.
            Hash = new() { BatchImages = 5 },
            Embed = new() { BatchImages = 5 },
            Relate = new() { BatchImages = 7 },
        });
        var (bus, ledger) = (host.Services.GetRequiredService<IBus>(), host.Services.GetRequiredService<StageLedger>());
        var faults = host.Services.GetRequiredService<FaultWatch>();
        await host.StartAsync();
        var said = new Recorder();
        using var recording = bus.ConnectPublishObserver(said);

        var messages = Enumerable.Repeat(images, times).SelectMany(all => all).ToArray();
        random.Shuffle(messages);
        foreach (var stage in (string[])[Stages.Hash, Stages.Embed(Pipeline.ModelId), Stages.RelateHashes, Stages.RelateVectors(Pipeline.ModelId)])
        {
            ledger.Expect(stage, messages.Length);
        }

        await bus.PublishBatch(messages);
        await EndAsync(ledger, faults);
        if (alsoWhatFollows)
        {
            var hashed = said.Messages.OfType<ImageHashed>().ToArray();
            var embedded = said.Messages.OfType<ImageEmbedded>().ToArray();
            var again = hashed.Concat<object>(embedded).ToArray();
            random.Shuffle(again);
            ledger.Expect(Stages.RelateHashes, hashed.Length);
            ledger.Expect(Stages.RelateVectors(Pipeline.ModelId), embedded.Length);
            foreach (var message in again)
            {
                await bus.Publish(message);
            }

            await EndAsync(ledger, faults);
        }

        await host.StopAsync();
        await host.Services.GetRequiredService<DuplicateGroups>().RegroupSimilarAsync(TestContext.Current.CancellationToken);
    }

    static async Task EndAsync(StageLedger ledger, FaultWatch faults)
    {
        var done = ledger.WaitForRoomAsync(0, TestContext.Current.CancellationToken);
        if (await Task.WhenAny(done, faults.FirstFault).WaitAsync(TimeSpan.FromMinutes(1)) != done)
        {
            throw await faults.FirstFault;
        }
    }

    /// <summary>Keeps what is published.</summary>
    sealed class Recorder : IPublishObserver
    {
        public ConcurrentBag<object> Messages { get; } = [];

        public Task PostPublish<T>(PublishContext<T> context) where T : class
        {
            Messages.Add(context.Message);
            return Task.CompletedTask;
        }

        public Task PrePublish<T>(PublishContext<T> context) where T : class => Task.CompletedTask;

        public Task PublishFault<T>(PublishContext<T> context, Exception exception) where T : class => Task.CompletedTask;
    }
}
