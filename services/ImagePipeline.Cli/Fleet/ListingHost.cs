using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli.Fleet;

/// <summary>The ingest part of the pipeline alone in this process: images are handed to a broker, or, in a dry run, to nobody.</summary>
static class ListingHost
{
    /// <summary>Composes it; <see cref="IHost.StartAsync"/> connects to the broker.</summary>
    public static IHost Build(Database database, RabbitMqOptions? broker, int workers)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services.AddPipelineStores(database).AddObjectStores(FleetCommandOptions.Configuration())
            .AddSingleton(new CpuOptions { Workers = workers }).AddSingleton<CpuSlots>().AddSingleton<StageLedger>()
            .AddSingleton(FleetCommandOptions.Ingest()).AddIngestJobs();
        if (broker is null)
        {
            builder.Services.AddPipelineBus(_ => { });
        }
        else
        {
            builder.Services.AddPipelineBus(broker, TimeSpan.FromSeconds(25), _ => { });
        }

        return builder.Build();
    }
}
