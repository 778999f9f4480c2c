using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>SIGTERM in the middle of the work.</summary>
[Collection(nameof(OnFleet))]
public sealed class DrainTests(FleetFixture fleet)
{
    [Fact]
    public async Task Services_asked_to_stop_end_with_0_in_time_and_the_next_ones_finish_the_work()
    {
        var quiet = await fleet.QuietAsync();
        await using var place = await fleet.PlaceAsync(
            fleet.Servers.Store.ToString(), ("Hash__BatchImages", "32"), ("Embed__BatchImages", "32"), ("Ingest__ChunkFiles", "32"));
        place.Start([.. ChaosPlan.ServiceNames]);
        var job = await place.BeginAsync(fleet.Bucket.Uri);
        var parts = fleet.Images + (4L * quiet.Tables["hash"].Count);
        await place.UntilAsync("a fifth of the work", async () => await place.CountAsync(FleetBooks.Progress) > parts / 5);

        await place.StopAsync(ChaosPlan.ServiceNames);
        var done = await place.CountAsync(FleetBooks.Progress);
        await place.UntilAsync("nobody has messages", async () => await place.UnacknowledgedAsync() == 0);
        Assert.Equal(done, await place.CountAsync(FleetBooks.Progress));
        Assert.True(done < parts, "The work was over before the services were stopped.");
        place.StartAgain();
        await place.UntilAtRestAsync(job);

        Assert.Equal("", FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(place)));
        Assert.Empty(await place.LettersAsync());
    }
}
