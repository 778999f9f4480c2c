using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Tags;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Storage;

/// <summary>Registers the stores over an open database: the same in every process.</summary>
public static class PipelineStores
{
    /// <summary>Adds the database and every store on it.</summary>
    public static IServiceCollection AddPipelineStores(this IServiceCollection services, Database database) => services
        .AddSingleton(database).AddSingleton(database.Source)
        .AddSingleton<SourceStore>().AddSingleton<JobStore>().AddSingleton<StageStore>()
        .AddSingleton<HashStore>().AddSingleton<VectorStore>().AddSingleton<ActiveModelStore>().AddSingleton<FileStore>()
        .AddSingleton<DuplicateStore>().AddSingleton<GroupStore>().AddSingleton<QueueControlStore>()
        .AddSingleton<FilteredImages>().AddSingleton<VerdictStore>().AddSingleton<DecisionStore>()
        .AddSingleton<ClusterRunStore>().AddSingleton<ClusterReader>().AddSingleton<ClusterArrivals>().AddSingleton<ClusterEdits>()
        .AddSingleton<ClusterImages>().AddSingleton<ClusterTreeStore>().AddSingleton<ClusterPlaces>()
        .AddSingleton<ClusterArrangements>().AddSingleton<KnownFolders>().AddSingleton<TagStore>();
}
