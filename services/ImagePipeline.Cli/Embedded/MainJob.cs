using System.Diagnostics;
using ImagePipeline.Clusterer;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Embedder;
using ImagePipeline.Hosting;
using ImagePipeline.Inference;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
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

    /// <summary>The job, once it is there.</summary>
    public Guid? JobId { get; private set; }

    /// <summary>Ingests folders.</summary>
    /// <param name="roots">Folders and files.</param>
    /// <param name="cancel">Ends the run early; what is stored stays, and the next run goes on from there.</param>
    public Task<RunReport> RunAsync(IReadOnlyList<string> roots, CancellationToken cancel) => RunAsync(
        new JobRequest
        {
            Kind = JobKind.Folder,
            Source = string.Join(Path.PathSeparator, roots),
            Roots = roots,
            Host = Environment.MachineName,
        }, cancel);

    /// <summary>Runs a new job to the end, or until <paramref name="cancel"/>; either way the report tells how far it came.</summary>
    public Task<RunReport> RunAsync(JobRequest request, CancellationToken cancel) =>
        RunAsync(jobs => jobs.CreateAsync(request, null, cancel), cancel);

    /// <summary>Goes on with a job that was paused, killed or stopped by errors.</summary>
    public Task<RunReport> ResumeAsync(Guid jobId, CancellationToken cancel) => RunAsync(_ => Task.FromResult(jobId), cancel);

    async Task<RunReport> RunAsync(Func<JobStore, Task<Guid>> begin, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        using var host = PipelineHost.Build(database, engine, options);
        var services = host.Services;
        Ledger = services.GetRequiredService<StageLedger>();
        var jobs = services.GetRequiredService<JobStore>();

        await services.GetRequiredService<VectorStore>().RegisterModelAsync(ModelRegistration.RowOf(engine.Model.Manifest), cancel);
        await host.StartAsync(cancel);
        var jobId = await begin(jobs);
        JobId = jobId;
        var interrupted = false;
        try
        {
            await services.GetRequiredService<FaultWatch>().RunAsync(stop => TreatAsync(services, jobId, stop), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            interrupted = true;
            await jobs.PauseAsync(jobId, CancellationToken.None);
        }

        await host.StopAsync(CancellationToken.None);
        return await ReportAsync(services, jobId, started, interrupted);
    }

    async Task TreatAsync(IServiceProvider services, Guid jobId, CancellationToken cancel)
    {
        var modelId = engine.Model.Manifest.ModelId.ToString();
        await services.GetRequiredService<Reconciler>().RunAsync(modelId, options.Ingest.ImagesInFlight, cancel);
        await services.GetRequiredService<JobRunner>().RunAsync(jobId, _counts, cancel);
        await Ledger!.WaitForRoomAsync(0, cancel);
    }

    async Task<RunReport> ReportAsync(IServiceProvider services, Guid jobId, long started, bool interrupted)
    {
        // What the stages left behind goes first, or it would stand beside all pairs and images that are grouped now.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await services.GetRequiredService<DuplicateGroups>().RegroupSimilarAsync(CancellationToken.None);
        // One question where no clusters are shown.
        await services.GetRequiredService<ClusterAssigner>().CatchUpAsync(engine.Model.Manifest.ModelId.ToString(), CancellationToken.None);

        // What the listing took in may have been found unusable by a stage since; only the database knows.
        var jobs = services.GetRequiredService<JobStore>();
        var job = (await jobs.GetAsync(jobId, CancellationToken.None))!;
        var trouble = await jobs.TroubleAsync(jobId, CancellationToken.None);
        var groups = await services.GetRequiredService<GroupStore>().CountGroupsAsync(CancellationToken.None);
        return new RunReport
        {
            JobId = jobId,
            State = job.State.ToSql(),
            Error = job.Error,
            Discovered = job.Counts.Discovered,
            Ingested = job.Counts.Ingested,
            AlreadyKnown = job.Counts.AlreadyKnown,
            Rejected = Reasons(trouble, SourceState.Rejected),
            Failed = Reasons(trouble, SourceState.Failed),
            Stages = StageReports(),
            Duplicates = groups.OrderBy(kind => kind.Key).ToDictionary(kind => kind.Key.Code(), kind => kind.Value),
            Flat = await services.GetRequiredService<HashStore>().CountFlatAsync(Pdq.MinimumMatchQuality, CancellationToken.None),
            Seconds = Stopwatch.GetElapsedTime(started).TotalSeconds,
            Data = database.Description,
            IsEmbedded = database.IsEmbedded,
            Interrupted = interrupted || job.State is JobState.Paused or JobState.Cancelled,
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

            var done = stage.Stage == Announcer.Stage ? _counts.Discovered : stage.Done + stage.Rejected + stage.Failed;
            reports.Add(new StageReport(
                stage.Stage, done, busy.TotalSeconds, busy > TimeSpan.Zero ? done / busy.TotalSeconds : 0));
        }

        return reports;
    }

    static SortedDictionary<string, long> Reasons(IReadOnlyList<SourceCount> trouble, SourceState state) => new(
        trouble.Where(count => count.State == state).ToDictionary(count => count.Reason ?? "unknown", count => count.Count),
        StringComparer.Ordinal);
}

/// <summary>A stage could not go on, for a reason outside any image: the database is gone, or there is a bug.</summary>
public sealed class StageFaultException(Exception cause) : Exception(
    $"a stage stopped: {cause.Message} What is done is kept; run the same command again to go on.", cause);
