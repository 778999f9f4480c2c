using ImagePipeline.Contracts;
using ImagePipeline.Embedder;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Inference;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

return await FleetHost.RunAsync(args, "embedder", 8082, async builder =>
{
    var embed = builder.Bind<EmbedOptions>("Embed");
    var choice = builder.Bind<ModelChoiceOptions>("Model");
    var model = builder.Bind<ModelOptions>("Model");
    var engine = builder.Bind<EngineOptions>("Engine");
    builder.Bind<CpuOptions>("Cpu");

    var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres(), Migrate = false };
    var database = await Database.OpenAsync(storage);
    builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
        .AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

    builder.Services.AddSingleton(_ => EmbeddingModel.Open(choice.Path, model))
        .AddSingleton(services => new EmbeddingEngine(services.GetRequiredService<EmbeddingModel>(), engine))
        .AddHostedService<ModelRegistration>();

    builder.AddFleetBus(
        bus => bus.AddBatchConsumer<EmbedConsumer>(QueueName.Embed, embed.BatchImages, embed.Batches),
        services => new PausedQueues(services.GetRequiredService<QueueControlStore>().ReadPausedAsync));
});
