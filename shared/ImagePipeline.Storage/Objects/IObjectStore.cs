namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Where image bytes are: folders or an S3 server. Objects are addressed by URI, whose scheme names the store. URIs come from a
/// listing or from the database, never from a request.
/// </summary>
public interface IObjectStore
{
    /// <summary>The scheme of its URIs: <c>file</c> or <c>s3</c>.</summary>
    string Scheme { get; }

    /// <summary>Reads a whole object into memory.</summary>
    /// <param name="uri">Its address.</param>
    /// <param name="etag">The object is expected to be unchanged since it had this ETag; null takes any.</param>
    /// <param name="maxBytes">Largest size that is read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The bytes, or null where the object is larger than <paramref name="maxBytes"/>; nothing is read then.</returns>
    /// <exception cref="ObjectChangedException">The object has another ETag.</exception>
    /// <exception cref="IOException">The object is gone or cannot be read: a fault that <see cref="FailureReason.Of"/> names.</exception>
    /// <exception cref="UnauthorizedAccessException">The object may not be read.</exception>
    /// <exception cref="StoreUnavailableException">The store does not answer, after retries; this says nothing about the object.</exception>
    Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel);

    /// <summary>An object as a listing would show it, or null where there is none.</summary>
    Task<FoundObject?> FindAsync(string uri, CancellationToken cancel);

    /// <summary>One page of the objects below <paramref name="root"/>, in ordinal order of their keys (bytes of UTF-8).</summary>
    /// <param name="root">A bucket or a prefix of it (<c>s3://bucket/pre</c> holds <c>prefix/1.jpg</c> too), or a folder.</param>
    /// <param name="after">Only keys above this one: <see cref="ObjectPage.Next"/> of the page before; null from the start.</param>
    /// <param name="upTo">Only keys up to and including this one; null to the end.</param>
    /// <param name="limit">Most objects in the page, 1 to 1,000.</param>
    /// <param name="cancel">Stops the listing.</param>
    Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel);

    /// <summary>Stores an object unless there is one at <paramref name="uri"/> already; one of several concurrent writers wins.</summary>
    /// <returns>True where this call stored it.</returns>
    Task<bool> PutIfAbsentAsync(
        string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel);

    /// <summary>The same for bytes that lie in a local file, which is read as it is sent: its size costs no memory.</summary>
    /// <returns>True where this call stored it.</returns>
    Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel);
}

/// <summary>One page of a listing.</summary>
/// <param name="Objects">The objects, in order of key; may be empty although the listing goes on.</param>
/// <param name="Next">Key to go on after, or null where the listing is at its end.</param>
public sealed record ObjectPage(IReadOnlyList<FoundObject> Objects, string? Next);

/// <summary>An object as a listing shows it.</summary>
/// <param name="Uri">Its address.</param>
/// <param name="Key">Its key in the store, the order of listings: relative to the bucket or root folder.</param>
/// <param name="Etag">Changes whenever its bytes do.</param>
/// <param name="Bytes">Length in bytes.</param>
/// <param name="ModifiedAt">Last change, where the store tells.</param>
/// <param name="Unreadable">Why it cannot be looked at, or null; for example a folder that may not be entered.</param>
public sealed record FoundObject(
    string Uri, string Key, string? Etag, long Bytes, DateTimeOffset? ModifiedAt, string? Unreadable = null);
