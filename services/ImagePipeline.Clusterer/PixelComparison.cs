using ImagePipeline.Hosting;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Clusterer;

/// <summary>Digests of fully decoded pictures, computed only for those that may have a twin, once each, and kept in the database.</summary>
public sealed class PixelComparison(
    CachedObjects objects, DuplicateStore duplicates, FileStore files, CpuSlots cpu, RelateOptions options)
{
    /// <summary>Equal files of an image that are tried where one cannot be read.</summary>
    const int FilesTried = 3;

    /// <summary>The digest of each of <paramref name="imageIds"/> that can still be read; the others are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, byte[]>> DigestAsync(IReadOnlyList<Guid> imageIds, CancellationToken cancel)
    {
        if (imageIds.Count == 0)
        {
            return new Dictionary<Guid, byte[]>();
        }

        var digests = new Dictionary<Guid, byte[]>(await duplicates.GetPixelDigestsAsync(imageIds, cancel));
        var missing = imageIds.Where(id => !digests.ContainsKey(id)).ToArray();
        for (var nth = 0; missing.Length > 0 && nth < FilesTried; nth++)
        {
            var located = await files.LocateAsync(missing, nth, cancel);
            var outcomes = await StageWork.RunAsync(located, image => image.ImageId, DigestAsync, cpu.Workers, cancel);
            var fresh = outcomes.Where(outcome => outcome.IsDone)
                .Select(outcome => (outcome.ImageId, Digest: outcome.Result!)).ToArray();
            await duplicates.SetPixelDigestAsync(fresh, cancel);
            foreach (var (id, digest) in fresh)
            {
                digests[id] = digest;
            }

            missing = [.. outcomes.Where(outcome => outcome.IsFailure).Select(outcome => outcome.ImageId)];
        }

        return digests;
    }

    async Task<Outcome<byte[]>> DigestAsync(ImageLocation image, CancellationToken cancel)
    {
        using var bytes = await objects.ReadAsync(image.ImageId, image.Uri, image.Etag, options.Limits.MaxBytes, cancel);
        return bytes is null
            ? Outcome.Rejected<byte[]>(image.ImageId, RejectionReason.TooManyBytes, image.Uri)
            : await cpu.RunAsync(() =>
            {
                var digest = PixelDigest.Compute(bytes.Span, options.Limits);
                return digest.Sha256 is { } sha256
                    ? Outcome.Done<byte[]>(image.ImageId, sha256)
                    : Outcome.Rejected<byte[]>(image.ImageId, digest.Rejection!.Value.Reason, digest.Rejection!.Value.Detail);
            }, cancel);
    }
}
