using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>What becomes of messages that cannot be treated, in the end.</summary>
[Collection(nameof(OnFleet))]
public sealed class DeadLetterTests(FleetFixture fleet) : FleetTests(fleet)
{
    [Fact]
    public async Task A_message_that_outlives_its_consumers_ends_among_the_dead_letters_and_can_be_sent_again()
    {
        var image = (await ForgottenAsync(1))[0];
        await using (await HoldHashesAsync())
        {
            await Fleet.Bus.Publish(image);
            while ((await LettersAsync()).Count == 0)
            {
                await using var doomed = Fleet.Start("Hasher");
                await ServiceProcess.UntilAsync(async () => await IsHeldAsync() || (await LettersAsync()).Count > 0, doomed);
                await doomed.KillAsync();
                // The database notices that the process is dead, or the next would wait behind it.
                await ServiceProcess.UntilAsync(async () => !await IsHeldAsync(), doomed);
            }
        }

        var letter = Assert.Single(await LettersAsync());
        Assert.Equal((QueueName.Hash, DeadLetter.DeliveredTooOften, image.ImageId), (letter.Queue, letter.Reason, letter.ImageId));
        await using var hasher = Fleet.Start("Hasher");
        await using var box = await DeadLetterBox.OpenAsync(Fleet.Broker, default);
        Assert.Equal(1, await box.ReplayAsync([QueueName.Hash], _ => true, default));
        await ServiceProcess.UntilAsync(async () => await CountAsync("hash") == 1, hasher);
        Assert.Empty(await LettersAsync());
    }

    [Fact]
    public async Task A_message_that_fails_is_shown_with_its_reason_and_done_when_sent_again_after_the_cause_is_gone()
    {
        var image = Guid.NewGuid();
        await using var clusterer = Fleet.Start("Clusterer");
        await Fleet.Bus.Publish(new ImageEmbedded { ImageId = image, ModelId = "later_1" });
        await ServiceProcess.UntilAsync(async () => (await LettersAsync()).Count > 0, clusterer);

        var letter = Assert.Single(await LettersAsync());
        Assert.Equal((QueueName.RelateVectors, "DatabaseException", image), (letter.Queue, letter.Reason, letter.ImageId));
        Assert.Contains("later_1", letter.Detail, StringComparison.Ordinal);
        Assert.NotNull(letter.FailedAt);

        var vectors = new VectorStore(Fleet.Database.Source);
        await vectors.RegisterModelAsync(new ModelRow("later_1", "later", "1", 4, "{}"));
        await using var box = await DeadLetterBox.OpenAsync(Fleet.Broker, default);
        Assert.Equal(0, await box.ReplayAsync(QueueName.All, one => one.Number == 2, default));
        Assert.Equal(1, await box.ReplayAsync(QueueName.All, one => one.Number == 1, default));
        // Not by the stage's status, which counts images alone, and this one is none.
        await ServiceProcess.UntilAsync(
            async () => (await Fleet.RowsAsync("SELECT 1 FROM image_stage WHERE stage = 'relate:later_1'")).Count == 1, clusterer);
        Assert.Empty(await LettersAsync());
        await Fleet.ExecuteAsync("DROP TABLE embedding_later_1");
    }
}
