namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Registers what computes clusters and keeps them fresh: the same in the fleet and in one process.</summary>
public static class ClusterServices
{
    /// <summary>Adds runs, arrivals and their upkeep. <see cref="ClusterOptions"/> and the stores are the caller's.</summary>
    public static IServiceCollection AddClusters(this IServiceCollection services) => services
        .AddSingleton<ClusterRunner>().AddSingleton<RunWriter>().AddSingleton<ClusterCutter>()
        .AddSingleton<ClusterAssigner>().AddSingleton<ClusterUpkeep>().AddSingleton<ClusterSplit>();

    /// <summary>Adds the loop of the fleet.</summary>
    public static IServiceCollection AddClusterScheduler(this IServiceCollection services) => services
        .AddSingleton<ClusterScheduler>().AddHostedService(provider => provider.GetRequiredService<ClusterScheduler>());
}
