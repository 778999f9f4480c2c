using ImagePipeline.Storage.Tests.Objects;

namespace ImagePipeline.Benchmarks.Objects;

/// <summary>A listing in memory whose answers take a round trip and no work: what is left is what the lister itself costs.</summary>
/// <param name="keys">Keys, in any order.</param>
/// <param name="roundTrip">How long an answer takes.</param>
sealed class DistantListing(IEnumerable<string> keys, TimeSpan roundTrip) : KeyListing("s3", "s3://made-up/", keys)
{
    int _asked;

    /// <summary>Requests so far.</summary>
    public int Asked => _asked;

    protected override Task AnswerAsync(int limit, CancellationToken cancel)
    {
        Interlocked.Increment(ref _asked);
        return Task.Delay(roundTrip, cancel);
    }
}
