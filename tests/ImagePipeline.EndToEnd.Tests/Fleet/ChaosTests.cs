using ImagePipeline.Contracts;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Hosting.Broker;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>Everything breaks while a job runs. Crashes the broker and the database that other tests share, and starts them again.</summary>
[Collection(nameof(OnFleet))]
public sealed class ChaosTests(FleetFixture fleet)
{
    /// <summary>Batches small enough to be met in the middle, faults of the store noticed soon, lost work sought at once.</summary>
    static readonly (string, string)[] Brisk =
    [
        ("Ingest__ChunkFiles", "64"), ("Hash__BatchImages", "64"), ("Embed__BatchImages", "64"), ("Relate__BatchImages", "64"),
        ("Ingest__Lease", "00:00:05"), ("S3__AnswerTimeout", "00:00:02"), ("S3__StallTimeout", "00:00:02"), ("S3__Retries", "2"),
        ("Reconciler__IntervalSeconds", "5"), ("Reconciler__AgeMinutes", "0"), ("Reconciler__MostTimes", "1000"),
    ];

    [Fact]
    public async Task Nothing_is_lost_or_doubled_when_services_broker_database_and_store_fail_in_the_middle()
    {
        var quiet = await fleet.QuietAsync();
        using var store = new FaultyStore(fleet.Servers.Store, seed: 2);
        await using var place = await fleet.PlaceAsync(store.Url, Brisk);
        place.Start([.. ChaosPlan.ServiceNames]);
        store.IsFaulty = true;
        var plan = ChaosPlan.Draw(seed: 3, killsPerService: 3);

        var job = await place.BeginAsync(fleet.Bucket.Uri);
        await plan.RunAsync(place, fleet.Images + (4L * quiet.Tables["hash"].Count));
        await place.UntilAtRestAsync(job);
        store.IsFaulty = false;
        // What the store refused again and again is failed, which is an answer; the next job tries it again.
        var retry = await place.BeginAsync(fleet.Bucket.Uri);
        await place.UntilAtRestAsync(retry);
        var letters = await place.LettersAsync();
        Assert.All(letters, letter => Assert.NotEqual("unknown", letter.Reason));
        await using (var box = await DeadLetterBox.OpenAsync(place.Broker, default))
        {
            Assert.Equal(letters.Count, await box.ReplayAsync(QueueName.All, _ => true, default));
        }

        await place.UntilAtRestAsync(retry);

        var counts = await place.RowsAsync(FleetBooks.Counts);
        Assert.All(counts, row => Assert.EndsWith("True", row, StringComparison.Ordinal));
        Assert.All(counts, row => Assert.StartsWith($"done {fleet.Images} ", row, StringComparison.Ordinal));
        Assert.Equal(fleet.Images, await place.CountAsync("SELECT count(*) FROM image_source"));
        Assert.Equal(0, await place.CountAsync("SELECT count(*) FROM image_source WHERE state = 'failed'"));
        var difference = FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(place));
        Assert.True(difference.Length == 0, difference);
        Assert.Empty(await place.LettersAsync());
        Assert.True(store.Refused > 0 && store.Stalled > 0, $"{store.Refused} refused, {store.Stalled} stalled");
        TestContext.Current.SendDiagnosticMessage(
            $"{letters.Count} dead letters, {store.Refused} requests refused, {store.Stalled} stalled; "
            + string.Join(", ", place.Services.Select(service => $"{service.Name} killed {service.Kills} times")));
    }
}
