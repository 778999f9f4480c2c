using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

/// <summary>A store in memory that has keys and no bytes, for what only lists.</summary>
/// <param name="scheme">The scheme of its URIs.</param>
/// <param name="root">What the URIs of its objects begin with.</param>
/// <param name="keys">Keys, in any order.</param>
abstract class KeyListing(string scheme, string root, IEnumerable<string> keys) : IObjectStore
{
    /// <summary>The keys, each once, in the order of listings.</summary>
    public string[] Keys { get; } = [.. keys.Distinct(StringComparer.Ordinal).Order(KeyOrder.Instance)];

    public string Scheme => scheme;

    public async Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel)
    {
        await AnswerAsync(limit, cancel);
        return Page(after, upTo, limit);
    }

    public Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<FoundObject?> FindAsync(string uri, CancellationToken cancel) => throw new NotSupportedException();

    public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
        throw new NotSupportedException();

    public Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel) =>
        throw new NotSupportedException();

    /// <summary>What a request costs.</summary>
    /// <param name="limit">Most keys that it asks for.</param>
    /// <param name="cancel">Ends it.</param>
    protected abstract Task AnswerAsync(int limit, CancellationToken cancel);

    ObjectPage Page(string? after, string? upTo, int limit)
    {
        var at = after is null ? ~0 : Array.BinarySearch(Keys, after, KeyOrder.Instance);
        var from = at >= 0 ? at + 1 : ~at;
        var page = Keys.Skip(from).Take(limit).TakeWhile(key => upTo is null || KeyOrder.Compare(key, upTo) <= 0)
            .Select(key => new FoundObject(root + key, key, "e", 1, null)).ToArray();
        var more = page.Length == limit && from + limit < Keys.Length && page[^1].Key != upTo;
        return new ObjectPage(page, more ? page[^1].Key : null);
    }
}
