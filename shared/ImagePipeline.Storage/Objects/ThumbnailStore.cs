namespace ImagePipeline.Storage.Objects;

/// <summary>Small pictures for pages, stored once per image as JPEG under <c>thumb/</c>, named after the image. Pictures that are small
/// already have none.</summary>
/// <param name="stores">Every store.</param>
/// <param name="options">Where thumbnails go; nowhere without a root.</param>
public sealed class ThumbnailStore(ObjectStores stores, ObjectsOptions options)
{
    readonly string? _root = string.IsNullOrEmpty(options.Root) ? null : options.Root.TrimEnd('/');

    /// <summary>True where thumbnails are kept.</summary>
    public bool IsKept => _root is not null;

    /// <summary>Where the thumbnail of an image lies, or null where none are kept.</summary>
    public string? UriOf(Guid imageId) => _root is null ? null : $"{_root}/thumb/{imageId.ToString()[..2]}/{imageId}.jpg";

    /// <summary>Stores a thumbnail, unless the image has one.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be stored. That is never the image's fault.</exception>
    public async Task PutAsync(Guid imageId, ReadOnlyMemory<byte> jpeg, CancellationToken cancel)
    {
        if (UriOf(imageId) is not { } uri)
        {
            return;
        }

        try
        {
            await stores.Of(uri).PutIfAbsentAsync(uri, jpeg, "image/jpeg", cancel);
        }
        catch (Exception fault) when (fault is IOException and not StoreUnavailableException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException($"the thumbnail {uri} cannot be stored (Objects__Root): {fault.Message}", fault);
        }
    }

    /// <summary>The thumbnail of an image, or null where there is none.</summary>
    public async Task<ObjectBytes?> ReadAsync(Guid imageId, CancellationToken cancel)
    {
        const long MostBytes = 1 << 20;
        try
        {
            return UriOf(imageId) is { } uri ? await stores.ReadAsync(uri, etag: null, MostBytes, cancel) : null;
        }
        catch (Exception fault) when (FailureReason.Of(fault) == FailureReason.Vanished)
        {
            return null;
        }
    }
}
