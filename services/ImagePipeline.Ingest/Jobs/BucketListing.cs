using System.Runtime.CompilerServices;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>A bucket, or a prefix of it, in ranges of keys.</summary>
public sealed class BucketListing(ObjectStores stores, StorePatience patience) : IJobListing
{
    const int PageKeys = 1000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRange>> PlanAsync(JobRequest request, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobRange>>([.. request.Roots.Select(root => new JobRange(root))]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundObject> ListAsync(
        JobRequest request, RangeLease lease, [EnumeratorCancellation] CancellationToken cancel)
    {
        var store = stores.Of(lease.Range.Root);
        Task<ObjectPage> PageAsync(string? after) => patience.TryAsync(
            () => store.ListAsync(lease.Range.Root, after, lease.Range.EndKey, PageKeys, cancel), cancel);

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
}
