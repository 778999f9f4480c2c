using System.Diagnostics;
using ImagePipeline.Clusterer;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Hosting;
using ImagePipeline.Inference;
using ImagePipeline.Ingest;
using ImagePipeline.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Cli.Embedded;

/// <summary>The main job: folders become a database.</summary>
public sealed class MainJob(Database database, EmbeddingEngine engine, PipelineOptions options)
{
    readonly IngestCounts _counts = new();

    /// <summary>What the walk came upon so far.</summary>
    public IngestCounts Counts => _counts;

    /// <summary>How far the stages are; null before the start.</summary>
    public StageLedger? Ledger { get; private set; }

    /// <summary>Runs to the end, or until <paramref name="cancel"/>; either way the report tells how far it came.</summary>
    /// <param name="roots">Folders and files.</param>
    /// <param name="cancel">Ends the run early; what is stored stays, and the next run goes on from there.</param>
    public async Task<RunReport> RunAsync(IReadOnlyList<string> roots, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var host = PipelineHost.Build(database, engine, options);
        var services = host.Services;
        Ledger = services.GetRequiredService<StageLedger>();
        var jobs = services.GetRequiredService<JobStore>();
        var sources = services.GetRequiredService<SourceStore>();

        await services.GetRequiredService<VectorStore>().RegisterModelAsync(ModelRowOf(engine.Model.Manifest), cancel);
        await host.StartAsync(cancel);
        var jobId = await jobs.StartAsync(string.Join(Path.PathSeparator, roots), cancel: cancel);
        var interrupted = false;
        try
        {
            var faults = services.GetRequiredService<FaultWatch>();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var work = TreatAsync(services, roots, jobId, stop.Token);
            if (await Task.WhenAny(work, faults.FirstFault) != work)
            {
                await stop.CancelAsync();
                await work.ContinueWith(_ => { }, TaskScheduler.Default);
                throw new StageFaultException(await faults.FirstFault);
            }

            await work;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            interrupted = true;
        }

        await host.StopAsync(CancellationToken.None);
        var report = await ReportAsync(services, jobId, started, interrupted);
        await jobs.FinishAsync(
            jobId, interrupted ? JobState.Cancelled : JobState.Done,
            new JobCounts(
                report.Discovered, report.AlreadyKnown, report.Ingested, report.Rejected.Values.Sum(), report.Failed.Values.Sum()),
            cancel: CancellationToken.None);
        return report;
    }

    async Task TreatAsync(IServiceProvider services, IReadOnlyList<string> roots, Guid jobId, CancellationToken cancel)
    {
        var modelId = engine.Model.Manifest.ModelId.ToString();
        string[] stages = [Stages.Hash, Stages.Embed(modelId), Stages.RelateHashes, Stages.RelateVectors(modelId)];
        var reconciler = services.GetRequiredService<Reconciler>();
        await reconciler.RunAsync(modelId, options.Ingest.ImagesInFlight, cancel);
        await services.GetRequiredService<FolderIngest>().RunAsync(roots, jobId, stages, _counts, cancel);
        await Ledger!.WaitForRoomAsync(0, cancel);
    }

    async Task<RunReport> ReportAsync(IServiceProvider services, Guid jobId, long started, bool interrupted)
    {
        await services.GetRequiredService<DuplicateGroups>().RegroupSimilarAsync(CancellationToken.None);

        // What the walk took in may have been found unusable by a stage since; only the database knows.
        var late = await services.GetRequiredService<SourceStore>().SummariseLateAsync(jobId, CancellationToken.None);
        var groups = await services.GetRequiredService<GroupStore>().CountGroupsAsync(CancellationToken.None);
        return new RunReport
        {
            Discovered = _counts.Discovered,
            Ingested = _counts.Registered - late.Sum(count => count.Count),
            AlreadyKnown = _counts.AlreadyKnown,
            Rejected = Sum(_counts.Rejected, late, SourceState.Rejected),
            Failed = Sum(_counts.Failed, late, SourceState.Failed),
            Stages = StageReports(),
            Duplicates = groups.OrderBy(kind => kind.Key).ToDictionary(kind => kind.Key.Code(), kind => kind.Value),
            Flat = await services.GetRequiredService<HashStore>().CountFlatAsync(Pdq.MinimumMatchQuality, CancellationToken.None),
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            Data = database.Description,
            IsEmbedded = database.IsEmbedded,
            Interrupted = interrupted,
        };
    }

    List<StageReport> StageReports()
    {
        var reports = new List<StageReport>();
        foreach (var stage in Ledger!.Snapshot())
        {
            var busy = stage.Busy;
            if (stage.Stage == Stages.Embed(engine.Model.Manifest.ModelId.ToString()))
            {
                busy += TimeSpan.FromSeconds(engine.Counts.InferSeconds + engine.Counts.PrepareSeconds);
            }

            var done = stage.Stage == FolderIngest.Stage ? _counts.Discovered : stage.Done + stage.Rejected + stage.Failed;
            reports.Add(new StageReport(
                stage.Stage, done, busy.TotalSeconds, busy > TimeSpan.Zero ? done / busy.TotalSeconds : 0));
        }

        return reports;
    }

    static SortedDictionary<string, long> Sum(
        IReadOnlyDictionary<string, long> walked, IReadOnlyList<SourceCount> late, SourceState state)
    {
        var sum = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var (reason, count) in walked)
        {
            sum[reason] = count;
        }

        foreach (var count in late.Where(count => count.State == state))
        {
            var reason = count.Reason ?? "unknown";
            sum[reason] = sum.GetValueOrDefault(reason) + count.Count;
        }

        return sum;
    }

    static ModelRow ModelRowOf(ModelManifest manifest) => new(
        manifest.ModelId.ToString(), manifest.Name, manifest.Version, manifest.Output.Dimensions, manifest.ToJson());
}

/// <summary>A stage could not go on, for a reason outside any image: the database is gone, or there is a bug.</summary>
public sealed class StageFaultException(Exception cause) : Exception(
    $"a stage stopped: {cause.Message} What is done is kept; run the same command again to go on.", cause);
