using System.Runtime.CompilerServices;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>A bucket, or a prefix of it, in ranges of keys.</summary>
public sealed class BucketListing(ObjectStores stores, StorePatience patience, IngestOptions options) : IJobListing
{
    const int PageKeys = 1000;

    /// <summary>What seems less than this is left to its worker: a part costs a request at least.</summary>
    const int LeastKeysToPart = 3 * PageKeys;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel)
    {
        var parts = new List<JobRange>();
        foreach (var root in request.Roots)
        {
            var store = stores.Of(root);
            var planner = new KeyRangePlanner((below, after, upTo, limit, token) =>
                patience.TryAsync(jobId, () => store.ListAsync(below, after, upTo, limit, token), token));
            var ranges = await planner.PlanAsync(root, options.KeyRanges, cancel);
            parts.AddRange(ranges.Select(range => new JobRange(root, range.After, range.UpTo)));
        }

        return parts;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundObject> ListAsync(
        JobRequest request, RangeLease lease, [EnumeratorCancellation] CancellationToken cancel)
    {
        var store = stores.Of(lease.Range.Root);
        Task<ObjectPage> PageAsync(string? after) => patience.TryAsync(
            lease.JobId, () => store.ListAsync(lease.Range.Root, after, lease.Range.EndKey, PageKeys, cancel), cancel);

        var page = PageAsync(lease.After);
        while (true)
        {
            var (objects, next) = await page;
            // The next page is on its way while this one is worked on.
            page = next is null ? page : PageAsync(next);
            foreach (var found in objects)
            {
                yield return found;
            }

            if (next is null)
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public string? MiddleOf(RangeLease lease, string first, int listed) => lease is { Cursor: { } last, Range.EndKey: { } end }
        ? KeyMidpoint.OfRest(first, last, end, listed, LeastKeysToPart)
        : null;
}
