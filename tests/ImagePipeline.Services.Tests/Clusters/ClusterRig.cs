using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>What computes clusters, on the database of a test.</summary>
sealed class ClusterRig : IDisposable
{
    readonly ServiceProvider _services;

    public ClusterRig(Database database, ClusterOptions? options = null)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddPipelineStores(database).AddSingleton(TimeProvider.System).AddSingleton(options ?? new ClusterOptions()).AddClusters();
        _services = services.BuildServiceProvider();
    }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<ClusterRun> RunAsync(ClusterSettings settings, string model = Blobs.Model) => Get<ClusterRunner>().RunAsync(
        new ClusterRunRequest(model, ClusterSettings.Word(settings.Method), settings.ToJson(), "a test"), null, TestContext.Current.CancellationToken);

    public Task<IReadOnlyList<ShownCluster>> ListAsync(ClusterRun run) => Get<ClusterReader>().ListAsync(run.RunId);

    /// <summary>Every image and the cluster that it is shown in, 0 for none.</summary>
    public async Task<Dictionary<Guid, int>> MembersAsync(ClusterRun run) =>
        await Get<ClusterReader>().StreamAsync(run.RunId).ToDictionaryAsync(member => member.ImageId, member => member.Cluster ?? 0);

    public void Dispose() => _services.Dispose();
}
