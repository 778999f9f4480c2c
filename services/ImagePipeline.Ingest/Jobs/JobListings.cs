using ImagePipeline.Storage;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>The listing of every kind of job.</summary>
public sealed class JobListings(
    FolderListing folders, BucketListing buckets, ManifestListing manifests, InventoryListing inventories, RetryListing retries)
{
    /// <summary>How objects of a job are listed.</summary>
    /// <exception cref="JobSourceException">The kind has no listing.</exception>
    public IJobListing Of(JobKind kind) => kind switch
    {
        JobKind.Folder => folders,
        JobKind.S3 => buckets,
        JobKind.Manifest => manifests,
        JobKind.Inventory => inventories,
        JobKind.Retry => retries,
        _ => throw new JobSourceException($"a job of kind '{kind.ToSql()}' has nothing to list."),
    };
}
