using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Benchmarks.Objects;

/// <summary>A listing in memory whose answers take a round trip and no work: what is left is what the lister itself costs.</summary>
/// <param name="keys">Keys, in any order.</param>
/// <param name="roundTrip">How long an answer takes.</param>
sealed class DistantListing(IEnumerable<string> keys, TimeSpan roundTrip) : IObjectStore
{
    readonly string[] _keys = [.. keys.Order(KeyOrder.Instance)];
    int _asked;

    /// <summary>Requests so far.</summary>
    public int Asked => _asked;

    public string Scheme => "s3";

    public async Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel)
    {
        Interlocked.Increment(ref _asked);
        await Task.Delay(roundTrip, cancel);
        var at = after is null ? 0 : Array.BinarySearch(_keys, after, KeyOrder.Instance);
        var page = _keys.Skip(after is null ? 0 : at < 0 ? ~at : at + 1).Take(limit).ToArray();
        var found = page.TakeWhile(key => upTo is null || KeyOrder.Compare(key, upTo) <= 0)
            .Select(key => new FoundObject($"s3://made-up/{key}", key, "e", 1, null)).ToArray();
        return new ObjectPage(found, page.Length == limit && found.Length == limit && page[^1] != _keys[^1] ? page[^1] : null);
    }

    public Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<FoundObject?> FindAsync(string uri, CancellationToken cancel) => throw new NotSupportedException();

    public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel) =>
        throw new NotSupportedException();
}
