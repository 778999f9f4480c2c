using ImagePipeline.Contracts;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>A service that is asked to stop, or to pause, keeps nothing for itself.</summary>
[Collection(nameof(OnFleet))]
public sealed class StoppingTests(FleetFixture fleet) : FleetTests(fleet)
{
    static readonly (string, string)[] Small = [("Hash__BatchImages", "4"), ("Hash__Batches", "1"), ("Cpu__Workers", "1")];

    [Fact]
    public async Task A_service_asked_to_stop_ends_with_0_and_leaves_no_message_behind_its_back()
    {
        var images = await ForgottenAsync(40);
        await using var hasher = Fleet.Start("Hasher", Small);
        await using (await HoldHashesAsync())
        {
            await Fleet.Bus.PublishBatch(images);
            await ServiceProcess.UntilAsync(async () => (await DepthAsync(QueueName.Hash)).InWork > 0, hasher);
            hasher.Ask();
            await ServiceProcess.UntilAsync(() => Task.FromResult(hasher.Said.Contains("Stopping", StringComparison.Ordinal)), hasher);
        }

        Assert.Equal(0, await hasher.EndAsync());
        await ServiceProcess.UntilAsync(async () => (await DepthAsync(QueueName.Hash)).InWork == 0, hasher);
        var done = await CountAsync("hash");
        Assert.InRange(done, 1, images.Length - 1);
        Assert.Equal((images.Length - done, 0), (await ReadyAsync(QueueName.Hash), (await LettersAsync()).Count));
        await using var next = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, next);
    }

    [Fact]
    public async Task A_second_signal_ends_it_at_once_with_130_and_the_next_does_the_work()
    {
        var images = await ForgottenAsync(4);
        await Fleet.Bus.PublishBatch(images);
        await using (await HoldHashesAsync())
        {
            await using var hasher = Fleet.Start("Hasher", Small);
            await ServiceProcess.UntilAsync(IsHeldAsync, hasher);
            hasher.Ask();
            await ServiceProcess.UntilAsync(() => Task.FromResult(hasher.Said.Contains("Stopping", StringComparison.Ordinal)), hasher);
            hasher.Ask();

            Assert.Equal(130, await hasher.EndAsync());
            Assert.Equal(0, await CountAsync("hash"));
        }

        await using var next = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, next);
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task A_paused_stage_leaves_its_messages_and_goes_on_when_it_is_resumed()
    {
        var images = await ForgottenAsync(3);
        var control = new QueueControlStore(Fleet.Database.Source);
        await control.SetAsync([QueueName.Hash], true, "test");
        await using var hasher = Fleet.Start("Hasher");
        await ServiceProcess.UntilAsync(() => Task.FromResult(hasher.Said.Contains("is paused", StringComparison.Ordinal)), hasher);

        await Fleet.Bus.PublishBatch(images);
        await ServiceProcess.UntilAsync(async () => await ReadyAsync(QueueName.Hash) == images.Length, hasher);
        Assert.Equal(0, await CountAsync("hash"));
        await control.SetAsync([QueueName.Hash], false, "test");

        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == images.Length, hasher);
    }
}
