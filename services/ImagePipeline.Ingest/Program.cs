using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Http;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

return await FleetHost.RunAsync(
    args, "ingest", 8080,
    async builder =>
    {
        builder.AddIngestApi();
        builder.Bind<IngestOptions>("Ingest");
        builder.Bind<CpuOptions>("Cpu");
        builder.Bind<ReconcilerOptions>("Reconciler");

        var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres() };
        var database = await Database.OpenAsync(storage);
        builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration);
        builder.Services.AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

        builder.AddFleetBus(
            _ => { }, services => new PausedQueues(services.GetRequiredService<QueueControlStore>().ReadPausedAsync));
        builder.Services.AddIngestJobs().AddHostedService<JobWorker>().AddHostedService<ReconcilerLoop>();
    },
    app => app.MapIngestApi());
