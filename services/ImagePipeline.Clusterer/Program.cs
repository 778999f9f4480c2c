using ImagePipeline.Clusterer;
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
    builder.Bind<CpuOptions>("Cpu");

    var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres(), Migrate = false };
    var database = await Database.OpenAsync(storage);
    builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
        .AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

    builder.Services.AddSingleton<PdqIndexLoader>().AddSingleton<VectorIndexLoader>().AddSingleton<PixelComparison>()
        .AddSingleton<DuplicateGroups>().AddHostedService<SimilarRegrouping>();

    builder.AddFleetBus(
        bus =>
        {
            bus.AddBatchConsumer<RelateHashesConsumer>(QueueName.RelateHashes, relate.BatchImages, 1);
            bus.AddBatchConsumer<RelateVectorsConsumer>(QueueName.RelateVectors, relate.BatchImages, 1);
        },
        services => new PausedQueues(services.GetRequiredService<QueueControlStore>().ReadPausedAsync));
});
