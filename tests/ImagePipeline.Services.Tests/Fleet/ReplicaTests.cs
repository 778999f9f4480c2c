using ImagePipeline.Hosting.Broker;
using MassTransit;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>Several of each service, killed and delivered to twice, give what one process gives.</summary>
[Collection(nameof(OnFleet))]
public sealed class ReplicaTests(FleetFixture fleet) : FleetTests(fleet)
{
    [Fact]
    public async Task Two_of_each_service_with_every_message_twice_give_what_one_process_gives()
    {
        WritePictures(16);
        await Fleet.RunAsync(Folder);
        var expected = await Fleet.DumpAsync();
        Assert.Contains("\npair ", expected, StringComparison.Ordinal);
        var images = await PlacesAsync();
        await ForgetStagesAsync();
        (string, string)[] small =
            [("Hash__BatchImages", "5"), ("Embed__BatchImages", "5"), ("Relate__BatchImages", "3"), ("Regroup__QuietSeconds", "1")];
        await using var hasher = Fleet.Start("Hasher", small);
        await using var otherHasher = Fleet.Start("Hasher", small);
        await using var embedder = Fleet.Start("Embedder", small);
        await using var clusterer = Fleet.Start("Clusterer", small);
        await using var otherClusterer = Fleet.Start("Clusterer", small);

        await Fleet.Bus.PublishBatch(images.Concat(images));

        await ServiceProcess.UntilAsync(
            async () => await Fleet.DumpAsync() == expected, hasher, otherHasher, embedder, clusterer, otherClusterer);
        // What is delivered late or twice changes nothing.
        await ServiceProcess.UntilAsync(
            async () => (await new BrokerQueues(Fleet.Broker).ReadAsync(default)).All(depth => depth is { Ready: 0, InWork: 0 }),
            hasher, otherHasher, embedder, clusterer, otherClusterer);
        Assert.Equal(expected, await Fleet.DumpAsync());
    }

    [Fact]
    public async Task Killed_in_the_middle_again_and_again_the_work_is_done_in_the_end()
    {
        var images = await ForgottenAsync(24);
        await Fleet.Bus.PublishBatch(images);
        for (var kill = 1; kill <= 4; kill++)
        {
            await using var doomed = Fleet.Start("Hasher", ("Hash__BatchImages", "2"), ("Hash__Batches", "1"), ("Cpu__Workers", "1"));
            var wanted = Math.Min(kill * 4, images.Length);
            await ServiceProcess.UntilAsync(async () => await CountAsync("hash") >= wanted, doomed);
            await doomed.KillAsync();
        }

        await using var hasher = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, hasher);
        Assert.Empty(await LettersAsync());
    }
}
