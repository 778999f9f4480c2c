using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Benchmarks.Search;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Benchmarks.Clustering;

/// <summary>How fast arrivals join the clusters of a run through PostgreSQL: from the ids that messages carry to rows of cluster_member, by
/// batches of several sizes beside their parts, and by following what was written.</summary>
static class ArrivalFigures
{
    static readonly int[] Batches = [256, 1024, 4096];

    /// <summary>Fills a database, makes a run, and prints.</summary>
    /// <param name="images">Arrivals of each measurement.</param>
    /// <param name="clusters">Clusters of the run.</param>
    /// <param name="server">Connection string; an administrator's.</param>
    /// <param name="output">Receives the figures.</param>
    public static async Task RunAsync(int images, int clusters, string server, TextWriter output)
    {
        var vectors = new ClusteredVectors(seed: 1);
        await using var database = await SearchDatabase.OpenAsync(server);
        var grouped = 20 * clusters;
        await database.AddAsync(vectors, 0, grouped);
        await using var services = new ServiceCollection().AddLogging().AddPipelineStores(database.Database).AddSingleton(TimeProvider.System)
            .AddSingleton(new ClusterOptions { MapImages = 0 }).AddClusters().BuildServiceProvider();
        var settings = new ClusterSettings { Method = ClusterMethod.KMeans, K = clusters };
        var run = await services.GetRequiredService<ClusterRunner>().RunAsync(
            new ClusterRunRequest(SearchDatabase.Model, "kmeans", settings.ToJson(), "measured"), null, CancellationToken.None);
        await database.AddAsync(vectors, grouped, images * (Batches.Length + 1));
        await database.RunAsync("ANALYZE");
        var assigner = services.GetRequiredService<ClusterAssigner>();
        var store = services.GetRequiredService<VectorStore>();
        for (var at = 0; at < Batches.Length; at++)
        {
            Guid[] ids = [.. Enumerable.Range(grouped + (at * images), images).Select(SearchDatabase.Id)];
            var reading = await TimedAsync(async () =>
            {
                foreach (var batch in ids.Chunk(Batches[at]))
                {
                    await store.ReadAsync(SearchDatabase.Model, batch).CountAsync();
                }
            });
            var joining = await TimedAsync(async () =>
            {
                foreach (var batch in ids.Chunk(Batches[at]))
                {
                    await assigner.AssignAsync(SearchDatabase.Model, batch, CancellationToken.None);
                }
            });
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"arrivals: {images:n0} of {ClusteredVectors.Dimensions} to {clusters:n0} clusters by {Batches[at]:n0}: {images / joining:n0} a second; reading alone {images / reading:n0}"));
        }

        var added = 0L;
        var following = await TimedAsync(async () => added = (await assigner.CatchUpAsync(SearchDatabase.Model, CancellationToken.None)).Added);
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"  followed without messages: {added:n0}, {added / following:n0} a second; run {run.RunId} has {run.Clusters:n0} clusters"));
    }

    static async Task<double> TimedAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }
}
