using System.Runtime.CompilerServices;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>What failed in an earlier job, at its listing or at a later stage, as the database knows it.</summary>
public sealed class RetryListing(SourceStore sources) : IJobListing
{
    const int Page = 1000;

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobRange>>([.. request.Roots.Select(root => new JobRange(root))]);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FoundObject> ListAsync(
        JobRequest request, RangeLease lease, [EnumeratorCancellation] CancellationToken cancel)
    {
        var job = Guid.Parse(lease.Range.Root);
        for (var after = lease.After; await sources.FailedAsync(job, after, Page, cancel) is { Count: > 0 } page; after = page[^1])
        {
            foreach (var uri in page)
            {
                yield return new FoundObject(uri, uri, null, -1, null);
            }
        }
    }
}
