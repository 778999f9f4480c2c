using ImagePipeline.Clusterer;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Contracts;
using ImagePipeline.Embedder;
using ImagePipeline.Hasher;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli.Embedded;

/// <summary>Every stage of the pipeline in this process, over the in-memory bus: what the fleet runs as separate services.</summary>
public static class PipelineHost
{
    /// <summary>Environment variable that names the least level that is logged, such as Debug; for looking into trouble.</summary>
    const string LogVariable = "IMAGEPIPELINE_LOG";

    /// <summary>Composes the stages; <see cref="IHost.StartAsync"/> starts the bus.</summary>
    public static IHost Build(Database database, EmbeddingEngine engine, PipelineOptions options)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        var asked = Enum.TryParse<LogLevel>(Environment.GetEnvironmentVariable(LogVariable), ignoreCase: true, out var level);
        builder.Logging.SetMinimumLevel(asked ? level : LogLevel.Warning)
            // What a message failed of ends the run with one line (FaultWatch); the bus would print it once per message and retry.
            .AddFilter("MassTransit", asked ? LogLevel.Trace : LogLevel.None)
            .AddSimpleConsole(console => console.SingleLine = true)
            .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);

        // paragraphs in the order of an image's way: storage, what the stages share, each stage, the bus
        var services = builder.Services;
        services.AddPipelineStores(database);

        services.AddObjectStores(Fleet.FleetCommandOptions.Configuration());

        services.AddSingleton(options.Cpu).AddSingleton<CpuSlots>().AddSingleton<StageLedger>().AddSingleton<StageMetrics>()
            .AddSingleton(engine).AddSingleton(new SharedModelInputs(engine.Model.Manifest.InputShape()));

        var modelId = engine.Model.Manifest.ModelId.ToString();
        services.AddSingleton(options.Ingest).AddIngestJobs().AddSingleton<Reconciler>().AddSingleton(provider => new Announcer(
            provider.GetRequiredService<IBus>(), provider.GetRequiredService<StageLedger>(), options.Ingest)
        {
            Stages = [Stages.Hash, Stages.Embed(modelId), Stages.RelateHashes, Stages.RelateVectors(modelId)],
        });
        services.AddSingleton(options.Hash);
        services.AddSingleton(options.Embed);
        services.AddSingleton(options.Relate).AddSingleton<PdqIndexLoader>().AddSingleton<VectorIndexLoader>()
            .AddSingleton<PixelComparison>().AddSingleton<DuplicateGroups>().AddSingleton<ClusterAssigner>();

        services.AddSingleton<FaultWatch>().AddReceiveObserver(provider => provider.GetRequiredService<FaultWatch>());
        services.AddPipelineBus(bus =>
        {
            bus.AddBatchConsumer<HashConsumer>(QueueName.Hash, options.Hash.BatchImages, options.Hash.Batches);
            bus.AddBatchConsumer<EmbedConsumer>(QueueName.Embed, options.Embed.BatchImages, options.Embed.Batches);
            bus.AddBatchConsumer<RelateHashesConsumer>(QueueName.RelateHashes, options.Relate.BatchImages, 1);
            bus.AddBatchConsumer<RelateVectorsConsumer>(QueueName.RelateVectors, options.Relate.BatchImages, 1);
        });
        // A part that cannot be made is found now, not by the first message.
        return builder.Build();
    }
}

/// <summary>Options of all stages that run in this process.</summary>
public sealed record PipelineOptions
{
    /// <summary>Decoding, shared by the stages.</summary>
    public CpuOptions Cpu { get; init; } = new();

    /// <summary>The walk.</summary>
    public IngestOptions Ingest { get; init; } = new();

    /// <summary>Hashing.</summary>
    public HashOptions Hash { get; init; } = new();

    /// <summary>Embedding.</summary>
    public EmbedOptions Embed { get; init; } = new();

    /// <summary>Near duplicates.</summary>
    public RelateOptions Relate { get; init; } = new();
}
