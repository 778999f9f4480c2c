using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Folders and files of this machine: one range each.</summary>
public sealed class FolderListing : IJobListing
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<JobRange>> PlanAsync(Guid jobId, JobRequest request, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JobRange>>([.. request.Roots.Select(root => new JobRange(root))]);

    /// <inheritdoc/>
    public IAsyncEnumerable<FoundObject> ListAsync(JobRequest request, RangeLease lease, CancellationToken cancel)
    {
        var path = lease.Range.Root.StartsWith("file:", StringComparison.Ordinal)
            ? FolderObjects.PathOf(lease.Range.Root)
            : lease.Range.Root;
        return File.Exists(path) || Directory.Exists(path)
            ? FolderWalk.Walk(path, lease.After).ToAsyncEnumerable()
            : throw new JobSourceException($"'{path}' is not there any more.");
    }
}
