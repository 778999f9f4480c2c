using ImagePipeline.Contracts;
using ImagePipeline.Hasher;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

return await FleetHost.RunAsync(args, "hasher", 8081, async builder =>
{
    var hash = builder.Bind<HashOptions>("Hash");
    builder.Bind<CpuOptions>("Cpu");

    var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres(), Migrate = false };
    var database = await Database.OpenAsync(storage);
    builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
        .AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

    builder.AddFleetBus(
        bus => bus.AddBatchConsumer<HashConsumer>(QueueName.Hash, hash.BatchImages, hash.Batches),
        services => new PausedQueues(services.GetRequiredService<QueueControlStore>().ReadPausedAsync));
});
