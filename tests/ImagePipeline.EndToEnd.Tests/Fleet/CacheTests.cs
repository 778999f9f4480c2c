using ImagePipeline.EndToEnd.Tests.Fleet.Harness;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>Services that share a cache, which is cleared away while they work and whose writers are killed.</summary>
[Collection(nameof(OnFleet))]
public sealed class CacheTests(FleetFixture fleet) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("ip-cache-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_cache_changes_how_often_objects_are_read_and_nothing_else()
    {
        var quiet = await fleet.QuietAsync();
        using var store = new FaultyStore(fleet.Servers.Store, seed: 1);
        await using var place = await fleet.PlaceAsync(store.Url, ("Objects__Cache", _folder));
        place.Start([.. ChaosPlan.ServiceNames]);

        await place.UntilAtRestAsync(await place.BeginAsync(fleet.Bucket.Uri));

        Assert.Equal("", FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(place)));
        // Empty objects are not read at all.
        Assert.InRange(store.Reads, fleet.Images * 9 / 10, fleet.Images * 11 / 10);
        Assert.Contains(
            Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories), path => path.Contains("/input-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_cache_is_too_small_is_taken_away_and_its_writers_are_killed()
    {
        var quiet = await fleet.QuietAsync();
        await using var place = await fleet.PlaceAsync(
            fleet.Servers.Store.ToString(), ("Objects__Cache", _folder), ("Objects__CacheMiB", "1"), ("Ingest__ChunkFiles", "64"),
            ("Hash__BatchImages", "64"), ("Embed__BatchImages", "64"), ("Ingest__Lease", "00:00:05"));
        place.Start([.. ChaosPlan.ServiceNames]);
        var parts = fleet.Images + (4L * quiet.Tables["hash"].Count);

        var job = await place.BeginAsync(fleet.Bucket.Uri);
        foreach (var (name, eighths) in new[] { ("Hasher", 1), ("Ingest", 2), ("Embedder", 3), ("Hasher", 4) })
        {
            await place.UntilAsync("part of the work", async () => await place.CountAsync(FleetBooks.Progress) > parts * eighths / 8);
            await place.Of(name).KillAsync();
            // In one step, unlike deleting: the others go on writing.
            Directory.Move(Path.Combine(_folder, "v1"), Path.Combine(_folder, $"gone-{eighths}"));
            place.StartAgain();
        }

        await place.UntilAtRestAsync(job);

        Assert.Equal("", FleetBooks.Compare(quiet.Tables, await FleetBooks.ReadAsync(place)));
        Assert.Empty(await place.LettersAsync());
    }
}
