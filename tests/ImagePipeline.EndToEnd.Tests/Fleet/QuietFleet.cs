using ImagePipeline.EndToEnd.Tests.Fleet.Harness;
using ImagePipeline.Storage;

namespace ImagePipeline.EndToEnd.Tests.Fleet;

/// <summary>One of each service, one job over the whole bucket, and what came of it.</summary>
sealed class QuietFleet : IAsyncDisposable
{
    readonly FaultyStore _store;

    QuietFleet(FleetFixture fleet, FaultyStore store, FleetPlace place) => (_store, Place, Fleet) = (store, place, fleet);

    public FleetFixture Fleet { get; }

    public FleetPlace Place { get; }

    /// <summary>The job.</summary>
    public Guid JobId { get; private set; }

    /// <summary>Times that its counts were read while it ran, and those when they did not add up.</summary>
    public (int All, int Wrong) Polls { get; private set; }

    /// <summary>All rows afterwards.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Tables { get; private set; } = null!;

    /// <summary>Requests for bytes of objects so far.</summary>
    public long Reads => _store.Reads;

    public static async Task<QuietFleet> RunAsync(FleetFixture fleet)
    {
        var store = new FaultyStore(fleet.Servers.Store, seed: 1);
        var quiet = new QuietFleet(fleet, store, await fleet.PlaceAsync(store.Url));
        quiet.Place.Start([.. ChaosPlan.ServiceNames]);
        quiet.JobId = await quiet.Place.BeginAsync(fleet.Bucket.Uri);
        await quiet.Place.UntilAsync("the job ends", quiet.PollAsync);
        await quiet.Place.UntilAtRestAsync(quiet.JobId);
        quiet.Tables = await FleetBooks.ReadAsync(quiet.Place);
        return quiet;
    }

    /// <summary>Reads the counts of all jobs; true once the job has ended.</summary>
    async Task<bool> PollAsync()
    {
        var rows = await Place.RowsAsync(FleetBooks.Counts);
        Polls = (Polls.All + 1, Polls.Wrong + rows.Count(row => !row.EndsWith("True", StringComparison.Ordinal)));
        return await Place.Jobs.StateAsync(JobId) == JobState.Done;
    }

    public async ValueTask DisposeAsync()
    {
        await Place.DisposeAsync();
        _store.Dispose();
    }
}
