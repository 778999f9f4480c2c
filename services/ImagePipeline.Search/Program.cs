using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Fleet;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Search.Http;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

return await FleetHost.RunAsync(
    args, "search", 8084,
    async builder =>
    {
        builder.AddSearchApi();

        var storage = builder.Bind<DatabaseOptions>("Database") with { ConnectionString = builder.Postgres(), Migrate = false };
        var database = await Database.OpenAsync(storage);
        builder.Services.AddPipelineStores(database).AddObjectStores(builder.Configuration)
            .AddReadyCheck("database", (_, cancel) => database.RequireAsync(cancel));

        // Asked for its queues alone: a question never waits for a broker.
        builder.Services.AddSingleton(builder.Broker()).AddSingleton<BrokerQueues>();
    },
    app => app.MapSearchApi());
