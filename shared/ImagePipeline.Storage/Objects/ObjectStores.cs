namespace ImagePipeline.Storage.Objects;

/// <summary>Every store this process may read from, chosen by the scheme of a URI.</summary>
public sealed class ObjectStores(IEnumerable<IObjectStore> stores) : IDisposable
{
    readonly Dictionary<string, IObjectStore> _byScheme = stores.ToDictionary(store => store.Scheme, StringComparer.Ordinal);

    /// <summary>The store that holds <paramref name="uri"/>.</summary>
    /// <exception cref="ArgumentException">No store of this process has the scheme.</exception>
    public IObjectStore Of(string uri)
    {
        var scheme = uri[..Math.Max(0, uri.IndexOf("://", StringComparison.Ordinal))];
        return _byScheme.TryGetValue(scheme, out var store)
            ? store
            : throw new ArgumentException($"no store is configured for '{uri}'.", nameof(uri));
    }

    /// <summary>Reads a whole object from the store that holds it; see <see cref="IObjectStore.ReadAsync"/>.</summary>
    public Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel) =>
        Of(uri).ReadAsync(uri, etag, maxBytes, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var store in _byScheme.Values.OfType<IDisposable>())
        {
            store.Dispose();
        }
    }
}
