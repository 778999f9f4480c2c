using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Storage;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Composes what works on jobs.</summary>
public static class JobRegistration
{
    /// <summary>Adds <see cref="JobRunner"/> and its parts. Wanted beside it: the database, object stores, a bus, CPU slots, a stage ledger and
    /// <see cref="IngestOptions"/>. A service adds <see cref="JobWorker"/> as a hosted service.</summary>
    public static IServiceCollection AddIngestJobs(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<JobStore>();
        services.TryAddSingleton<SourceStore>();
        services.TryAddSingleton<FileStore>();
        services.TryAddSingleton<Announcer>();
        services.TryAddSingleton<StageMetrics>();
        return services.AddSingleton<RangeStore>().AddSingleton<ChunkStore>()
            .AddSingleton<StorePatience>().AddSingleton<ObjectReader>().AddSingleton<ChunkReader>()
            .AddSingleton<FolderListing>().AddSingleton<BucketListing>().AddSingleton<ManifestListing>()
            .AddSingleton<InventoryListing>().AddSingleton<RetryListing>().AddSingleton<JobListings>()
            .AddSingleton<RangeWork>().AddSingleton<JobRunner>();
    }
}
