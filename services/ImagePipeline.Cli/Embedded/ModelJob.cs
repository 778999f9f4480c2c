using ImagePipeline.Clusterer;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Embedder;
using ImagePipeline.Hosting;
using ImagePipeline.Inference;
using ImagePipeline.Ingest;
using ImagePipeline.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Cli.Embedded;

/// <summary>Makes up what the images of a database lack of one model: its vectors, and the comparison of them. The stages are those of
/// the main job; the reconciler finds the work, so that a stopped job is gone on with by the next.</summary>
public sealed class ModelJob(Database database, EmbeddingEngine engine, PipelineOptions options)
{
    readonly string _modelId = engine.Model.Manifest.ModelId.ToString();

    /// <summary>How far the stages are; null before the start.</summary>
    public StageLedger? Ledger { get; private set; }

    /// <summary>Images that lacked something at the start.</summary>
    public long Lacking { get; private set; }

    /// <summary>Registers the model and embeds every image that has no vector of it.</summary>
    /// <param name="cancel">Ends it early; what is stored stays.</param>
    public async Task EmbedAsync(CancellationToken cancel)
    {
        await new VectorStore(database.Source).RegisterModelAsync(ModelRegistration.RowOf(engine.Model.Manifest), cancel);
        await RunAsync(
            Stages.Embed(_modelId), (reconciler, stop) => reconciler.RunModelAsync(_modelId, options.Ingest.ImagesInFlight, stop), cancel);
    }

    /// <summary>Compares the vectors that were never compared, after the model became the active one.</summary>
    /// <param name="cancel">Ends it early; what is stored stays.</param>
    public Task CompareAsync(CancellationToken cancel) => RunAsync(
        Stages.RelateVectors(_modelId), (reconciler, stop) => reconciler.CompareAsync(_modelId, options.Ingest.ImagesInFlight, stop), cancel);

    async Task RunAsync(string stage, Func<Reconciler, CancellationToken, Task<long>> work, CancellationToken cancel)
    {
        var status = (await new StageStore(database.Source).StatusAsync([stage], cancel)).Single();
        Lacking = status.ToDo + status.Failed;
        using var host = PipelineHost.Build(database, engine, options);
        var services = host.Services;
        Ledger = services.GetRequiredService<StageLedger>();
        await host.StartAsync(cancel);
        try
        {
            await services.GetRequiredService<FaultWatch>().RunAsync(stop => work(services.GetRequiredService<Reconciler>(), stop), cancel);
        }
        finally
        {
            await host.StopAsync(CancellationToken.None);
        }

        await services.GetRequiredService<DuplicateGroups>().RegroupSimilarAsync(cancel);
        await services.GetRequiredService<ClusterAssigner>().CatchUpAsync(_modelId, cancel);
    }
}
