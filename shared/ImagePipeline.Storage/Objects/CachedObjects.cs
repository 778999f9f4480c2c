using System.Security.Cryptography;

namespace ImagePipeline.Storage.Objects;

/// <summary>The bytes of images: from the machine's cache where another service left them, else from the store that holds them.</summary>
/// <param name="stores">Every store.</param>
/// <param name="cache">What the services of this machine leave each other.</param>
public sealed class CachedObjects(ObjectStores stores, MachineCache cache)
{
    const string Kind = "object";

    /// <summary>Reads the whole file of an image; see <see cref="IObjectStore.ReadAsync"/> for what is returned and thrown. What is in the
    /// cache is the image, whatever has become of the object since: its name is its SHA-256, which is checked.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="uri">Where it lies.</param>
    /// <param name="etag">The object is expected to be unchanged since it had this ETag; null takes any.</param>
    /// <param name="maxBytes">Largest size that is read.</param>
    /// <param name="cancel">Stops the reading.</param>
    public async Task<ObjectBytes?> ReadAsync(Guid imageId, string uri, string? etag, long maxBytes, CancellationToken cancel)
    {
        if (!Keeps(uri))
        {
            return await stores.ReadAsync(uri, etag, maxBytes, cancel);
        }

        if (cache.Read(Kind, imageId, bytes => bytes.Length <= maxBytes && IsOf(imageId, bytes)) is { } found)
        {
            return found;
        }

        var fetched = await stores.ReadAsync(uri, etag, maxBytes, cancel);
        if (fetched is not null)
        {
            cache.Put(Kind, imageId, fetched.Span);
        }

        return fetched;
    }

    /// <summary>Leaves the bytes of an image, read for another reason, to the stages that will want them. Files of this machine are not
    /// kept: they are as near as the cache.</summary>
    public void Offer(Guid imageId, string uri, ReadOnlySpan<byte> bytes)
    {
        if (Keeps(uri))
        {
            cache.Put(Kind, imageId, bytes);
        }
    }

    /// <summary>The same for bytes that lie in a local file for a moment.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="uri">Where it lies for good.</param>
    /// <param name="path">The file, which is only read.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task OfferFileAsync(Guid imageId, string uri, string path, CancellationToken cancel)
    {
        if (Keeps(uri) && new FileInfo(path).Length <= MachineCache.MaxEntryBytes)
        {
            cache.Put(Kind, imageId, await File.ReadAllBytesAsync(path, cancel));
        }
    }

    bool Keeps(string uri) => cache.IsKept && !FolderObjects.IsFile(uri);

    static bool IsOf(Guid imageId, ReadOnlySpan<byte> bytes)
    {
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, sha256);
        return ImageIdentity.FromSha256(sha256) == imageId;
    }
}
