namespace ImagePipeline.Storage.Objects;

/// <summary>A store that is made when it is first used.</summary>
/// <param name="scheme">The scheme of its URIs.</param>
/// <param name="make">Makes it.</param>
sealed class LazyObjectStore(string scheme, Func<IObjectStore> make) : IObjectStore, IDisposable
{
    readonly Lazy<IObjectStore> _store = new(make);

    public string Scheme => scheme;

    public Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel) =>
        _store.Value.ReadAsync(uri, etag, maxBytes, cancel);

    public Task<FoundObject?> FindAsync(string uri, CancellationToken cancel) => _store.Value.FindAsync(uri, cancel);

    public Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel) =>
        _store.Value.ListAsync(root, after, upTo, limit, cancel);

    public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
        _store.Value.PutIfAbsentAsync(uri, bytes, contentType, cancel);

    public Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel) =>
        _store.Value.PutFileIfAbsentAsync(uri, path, contentType, cancel);

    public void Dispose()
    {
        if (_store.IsValueCreated && _store.Value is IDisposable made)
        {
            made.Dispose();
        }
    }
}
