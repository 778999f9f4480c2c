using ImagePipeline.Hosting;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.Caching.Memory;

namespace ImagePipeline.Search;

/// <summary>A picture of the collection cannot be shown; the message says why.</summary>
public sealed class PictureGoneException(string message) : Exception(message);

/// <summary>The bytes of images of the collection, and small pictures of them. Images are named by their id alone;
/// where their bytes lie is the database's to say.</summary>
public sealed class Pictures(
    FileStore files, ObjectStores objects, ThumbnailStore thumbnails, CpuSlots slots, ImageLimits limits, SearchOptions options) : IDisposable
{
    /// <summary>Files of one image that are tried: where one is gone, an equal one may be there.</summary>
    const int MostTries = 3;

    readonly MemoryCache _made = new(new MemoryCacheOptions { SizeLimit = Math.Max(1, options.ThumbnailCacheMiB * (1L << 20)) });

    /// <summary>Longest edges that a thumbnail may have, pixels.</summary>
    public static IReadOnlyList<int> Sizes { get; } = [128, ThumbnailRule.EdgePx, 512, 1024, 2048];

    /// <summary>A small JPEG, upright: the stored one where it is large enough, else made from the original and kept in
    /// memory.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="edgePx">The longest edge, one of <see cref="Sizes"/>.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <returns>The JPEG; null where there is no such image.</returns>
    /// <exception cref="PictureGoneException">None of its files can be read, or it is no picture that can be
    /// shown.</exception>
    public async Task<byte[]?> ThumbnailAsync(Guid imageId, int edgePx, CancellationToken cancel)
    {
        if (_made.TryGetValue((imageId, edgePx), out byte[]? known))
        {
            return known;
        }

        if (edgePx <= ThumbnailRule.EdgePx && thumbnails.IsKept && await thumbnails.ReadAsync(imageId, cancel) is { } stored)
        {
            using (stored)
            {
                return stored.Span.ToArray();
            }
        }

        if (await ReadAsync(imageId, cancel) is not { } original)
        {
            return null;
        }

        using (original.Bytes)
        {
            var made = await slots.RunAsync(() => ImageEncoder.Thumbnail(original.Bytes.Span, edgePx, limits), cancel);
            var jpeg = made.Jpeg ?? throw new PictureGoneException($"no picture that can be shown: {made.Rejection?.Reason}.");
            _made.Set((imageId, edgePx), jpeg, new MemoryCacheEntryOptions { Size = jpeg.Length });
            return jpeg;
        }
    }

    /// <summary>The bytes of an image as they were found, and where; null where there is no such image. The caller
    /// disposes them.</summary>
    /// <exception cref="PictureGoneException">None of its files can be read, or none holds these bytes any
    /// more.</exception>
    public async Task<(ObjectBytes Bytes, string Uri)?> ReadAsync(Guid imageId, CancellationToken cancel)
    {
        string? why = null;
        for (var nth = 0; nth < MostTries; nth++)
        {
            if (await files.LocateAsync([imageId], nth, cancel) is not [var file])
            {
                break;
            }

            try
            {
                if (await objects.ReadAsync(file.Uri, file.Etag, limits.MaxBytes, cancel) is { } bytes)
                {
                    return (bytes, file.Uri);
                }

                why = "too_many_bytes";
            }
            catch (Exception fault) when (FailureReason.Of(fault) is { } reason)
            {
                why = reason;
            }
        }

        return why is null ? null : throw new PictureGoneException(
            $"its file cannot be read: {why}. Run the same folder again to bring the collection up to date.");
    }

    /// <inheritdoc/>
    public void Dispose() => _made.Dispose();
}
