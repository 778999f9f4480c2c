using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Search;

/// <summary>Which images of the collection show the same pixels as a picture.</summary>
public sealed class PixelTwins(ObjectStores objects, DuplicateStore duplicates, FileStore files, ImageLimits limits)
{
    /// <summary>Those of <paramref name="candidates"/> whose full decode equals that of <paramref name="bytes"/>. Digests that the
    /// database lacks are computed and not stored.</summary>
    public async Task<IReadOnlyList<Guid>> AmongAsync(
        ReadOnlyMemory<byte> bytes, IReadOnlyList<Guid> candidates, CancellationToken cancel)
    {
        if (candidates.Count == 0 || PixelDigest.Compute(bytes.Span, limits).Sha256 is not { } own)
        {
            return [];
        }

        var digests = new Dictionary<Guid, byte[]>(await duplicates.GetPixelDigestsAsync(candidates, cancel));
        foreach (var image in await files.LocateAsync([.. candidates.Where(id => !digests.ContainsKey(id))], cancel: cancel))
        {
            if (await DigestAsync(image, cancel) is { } digest)
            {
                digests[image.ImageId] = digest;
            }
        }

        return [.. digests.Where(digest => digest.Value.AsSpan().SequenceEqual(own)).Select(digest => digest.Key)];
    }

    async Task<byte[]?> DigestAsync(ImageLocation image, CancellationToken cancel)
    {
        try
        {
            using var bytes = await objects.ReadAsync(image.Uri, image.Etag, limits.MaxBytes, cancel);
            return bytes is null ? null : PixelDigest.Compute(bytes.Span, limits).Sha256;
        }
        catch (Exception fault) when (fault is StoreUnavailableException || FailureReason.Of(fault) is not null)
        {
            // A file that cannot be read any more proves nothing; its hash still speaks for it.
            return null;
        }
    }
}
