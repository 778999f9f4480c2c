using ImagePipeline.Core.Hashing;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Search.Http;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>Counts what is there, once for all who ask within some seconds: many pages may watch, and counting looks at every image.</summary>
public sealed class StatusReader(
    Database database, FileStore files, SourceStore sources, StageStore stages, GroupStore groups, HashStore hashes, JobStore jobs,
    VectorStore vectors, ActiveModelStore active, RetryDesk retries, TimeProvider time, IServiceProvider services) : IDisposable
{
    const int LatestJobs = 10;

    /// <summary>An answer is as old as this, or as the counting takes, whichever is longer.</summary>
    static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    readonly SemaphoreSlim _one = new(1);
    StatusAnswer? _latest;
    DateTimeOffset _until;

    /// <summary>The counts.</summary>
    public async Task<StatusAnswer> ReadAsync(CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            if (_latest is null || time.GetUtcNow() >= _until)
            {
                var begun = time.GetUtcNow();
                _latest = await CountAsync(begun, cancel);
                var took = time.GetUtcNow() - begun;
                _until = time.GetUtcNow() + (took > Fresh ? took : Fresh);
            }

            return _latest;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    async Task<StatusAnswer> CountAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var model = await active.FindAsync(cancel);
        var found = await sources.SummariseAsync(cancel);
        var trouble = found.Where(count => count.State != SourceState.Ingested).Concat(await sources.SummariseStagesAsync(cancel))
            .GroupBy(count => (count.State, count.Reason));
        return new StatusAnswer
        {
            Database = database.Description,
            HasQueues = services.GetService<BrokerQueues>() is not null,
            CountedAt = now,
            Images = await files.CountAsync(cancel),
            Files = [.. found.Select(count => new FileCount(count.State.ToSql(), count.Reason, count.Count))],
            Trouble = [.. trouble.Select(of => new FileCount(of.Key.State.ToSql(), of.Key.Reason, of.Sum(count => count.Count)))],
            Stages = [.. (await stages.StatusAsync(stages: null, cancel)).Select(stage => new StageCount(
                stage.Stage, stage.Done, stage.Rejected, stage.Failed, stage.ToDo))],
            Duplicates = (await groups.CountGroupsAsync(cancel)).ToDictionary(kind => kind.Key.ToSql(), kind => kind.Value),
            Flat = await hashes.CountFlatAsync(Pdq.MinimumMatchQuality, cancel),
            Models = [.. (await vectors.ListModelsAsync(cancel)).Select(one => new ModelAnswer(
                one.ModelId, one.Dimensions, one.ModelId == model?.ModelId))],
            Jobs = [.. (await jobs.ListAsync(LatestJobs, cancel)).Select(job => new JobSummary(
                job.JobId, job.Source, job.State.ToSql(), job.StartedAt, job.Counts.Discovered, job.Counts.Ingested, job.Counts.AlreadyKnown,
                job.Counts.Rejected, job.Counts.Failed, job.Expected, job.Error))],
            Retries = await retries.ListAsync(cancel),
        };
    }
}
