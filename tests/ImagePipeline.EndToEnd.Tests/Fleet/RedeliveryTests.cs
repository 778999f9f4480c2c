using ImagePipeline.Contracts;
using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>Messages that come again after all is done.</summary>
[Collection(nameof(OnFleet))]
public sealed class RedeliveryTests(FleetFixture fleet)
{
    [Fact]
    public async Task Every_image_announced_twice_more_changes_no_row()
    {
        var quiet = await fleet.QuietAsync();
        var place = quiet.Place;
        var images = (await place.RowsAsync(
            "SELECT DISTINCT ON (s.image_id) s.image_id, i.width_px, i.height_px, s.etag, s.uri FROM image_source s JOIN image i USING (image_id)"))
            .Select(row => row.Split(' ', 5)).Select(row => new ImageIngested
            {
                ImageId = Guid.Parse(row[0]),
                WidthPx = int.Parse(row[1]),
                HeightPx = int.Parse(row[2]),
                Etag = row[3],
                Uri = row[4],
            }).ToArray();

        await using (var bus = await FleetBus.StartAsync(place.Broker))
        {
            await bus.PublishAsync(images);
            await bus.PublishAsync(images);
        }

        // The services are stopped: what was in work is then treated or back in its queue, and seen.
        await place.UntilAsync("all messages are treated", async () =>
        {
            if (await place.ReadyAsync() > 0)
            {
                return false;
            }

            await place.StopAsync("Hasher", "Embedder");
            await place.StopAsync("Clusterer");
            if (await place.ReadyAsync() == 0)
            {
                return true;
            }

            place.StartAgain();
            await place.UntilReadyAsync();
            return false;
        });

        Assert.Equal(0, await place.ReadyAsync());
        Assert.Empty(await place.LettersAsync());
        Assert.Equal("", FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(place)));
        place.StartAgain();
    }
}
