using ImagePipeline.Clusterer;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

return await FleetHost.RunAsync(args, "clusterer", 8083, async builder =>
{
    var relate = builder.Bind<RelateOptions>("Relate");
    builder.Bind<RegroupOptions>("Regroup");
    var clusters = builder.Bind<ClusterOptions>("Clusters");
    builder.Bind<CpuOptions>("Cpu");

    var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres(), Migrate = false };
    var database = await Database.OpenAsync(storage);
    builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
        .AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

    builder.Services.AddSingleton<PdqIndexLoader>().AddSingleton<VectorIndexLoader>().AddSingleton<PixelComparison>()
        .AddSingleton<DuplicateGroups>().AddHostedService<SimilarRegrouping>().AddClusters().AddClusterScheduler();

    builder.AddFleetBus(
        bus =>
        {
            bus.AddBatchConsumer<RelateHashesConsumer>(QueueName.RelateHashes, relate.BatchImages, 1);
            bus.AddBatchConsumer<RelateVectorsConsumer>(QueueName.RelateVectors, relate.BatchImages, 1);
            bus.AddBatchConsumer<AssignConsumer>(QueueName.Assign, clusters.BatchImages, 1);
            bus.AddConsumer<ComputeClustersConsumer>().Endpoint(endpoint => endpoint.Name = QueueName.Compute);
        },
        services => new PausedQueues(services.GetRequiredService<QueueControlStore>().ReadPausedAsync));
});
