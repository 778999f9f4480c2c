using System.Diagnostics;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>
/// Computes runs that are asked for, one at a time among all processes on the database: reads the vectors in a stream, groups a sample of
/// them that fits in memory, has the others join, writes all beside the active run, carries over what people said, and takes the
/// place of the active run in one transaction. A run whose process died before that is given up by the next.
/// </summary>
public sealed class ClusterRunner(
    Database database, ClusterRunStore runs, ClusterCutter cutter, RunWriter writer, ClusterImages images, VectorStore vectors,
    ClusterOptions options, ILogger<ClusterRunner> log)
{
    static readonly TimeSpan SelectionTime = TimeSpan.FromMinutes(5);

    /// <summary>Asks for a run and computes it.</summary>
    /// <param name="request">The run.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancel">Gives it up.</param>
    /// <exception cref="DatabaseException">Another process computes a run, or there are too few images.</exception>
    /// <exception cref="QueryRefusedException">The condition is no SQL that may run.</exception>
    public async Task<ClusterRun> RunAsync(ClusterRunRequest request, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        await using var alone = await TakeAsync(cancel) ?? throw new DatabaseException(
            "Another process computes a run on this database. Wait for it, or look at: imagepipeline cluster list");
        var run = await runs.RequestAsync(request, cancel);
        return await ComputeAsync(run, progress, cancel);
    }

    /// <summary>Computes the runs that wait, the oldest first; nothing where another process is at it.</summary>
    /// <returns>The runs that were computed, however they ended.</returns>
    public async Task<IReadOnlyList<ClusterRun>> RunWaitingAsync(IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        var computed = new List<ClusterRun>();
        // One that is being computed may be a dead process's, which is found out by having the lock.
        if ((await runs.ListAsync(ClusterRunState.Waiting, cancel)).Count == 0 && (await runs.ListAsync(ClusterRunState.Computing, cancel)).Count == 0)
        {
            return computed;
        }

        await using var alone = await TakeAsync(cancel);
        foreach (var waiting in alone is null ? [] : await runs.ListAsync(ClusterRunState.Waiting, cancel))
        {
            try
            {
                computed.Add(await ComputeAsync(waiting.RunId, progress, cancel));
            }
            catch (Exception fault) when (fault is DatabaseException or QueryRefusedException)
            {
                // It says so itself by now; those that wait behind it are not to blame.
                computed.Add((await runs.FindAsync(waiting.RunId, cancel))!);
            }
        }

        return computed;
    }

    /// <summary>Asks for a run and computes it if one is due by what <paramref name="due"/> says, once no other process can.</summary>
    /// <returns>The run; null where none is due, or another process is at it.</returns>
    public async Task<ClusterRun?> RunDueAsync(
        string modelId, Func<CancellationToken, Task<string?>> due, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        if (await due(cancel) is null)
        {
            return null;
        }

        await using var alone = await TakeAsync(cancel);
        // Asked again: whoever had the lock until now may have done it.
        if (alone is null || await due(cancel) is not { } reason)
        {
            return null;
        }

        var run = await runs.RequestAsync(new ClusterRunRequest(modelId, "auto", new ClusterSettings().ToJson(), reason), cancel);
        return await ComputeAsync(run, progress, cancel);
    }

    /// <summary>The lock, after runs of dead processes are given up; null where another process computes.</summary>
    async Task<AdvisoryLock?> TakeAsync(CancellationToken cancel)
    {
        var alone = await runs.TryRunAloneAsync(cancel);
        if (alone is null)
        {
            return null;
        }

        foreach (var run in await runs.ListAsync(ClusterRunState.Computing, cancel))
        {
            if (database.IsEmbedded && run.Worker is { } worker && worker != RunProcess.Name && RunProcess.IsAlive(worker))
            {
                await alone.DisposeAsync();
                return null;
            }

            await runs.AbandonAsync(run.RunId, $"its process {run.Worker} died before it was done; nothing of it is left", cancel);
            log.RunAbandoned(run.RunId, run.Worker ?? "?");
        }

        return alone;
    }

    async Task<ClusterRun> ComputeAsync(int runId, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        if (!await runs.StartAsync(runId, RunProcess.Name, cancel))
        {
            throw new DatabaseException($"Run {runId} does not wait any more.");
        }

        var started = Stopwatch.GetTimestamp();
        var run = (await runs.FindAsync(runId, cancel))!;
        log.RunStarted(runId, run.ModelId, run.Reason);
        try
        {
            var asked = ClusterSettings.Parse(run.ParametersJson);
            var grouping = asked.CutOf is null
                ? await GroupAsync(run, asked, progress, cancel)
                : await cutter.GroupAsync(run, asked, progress, cancel);
            await writer.WriteAsync(run, grouping, progress, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await runs.AbandonAsync(runId, "stopped before it was done; nothing of it is left", CancellationToken.None);
            throw;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            await runs.FailAsync(runId, fault.Message, CancellationToken.None);
            log.RunFailed(runId, fault.Message);
            throw;
        }

        await runs.RemoveOldAsync(run.ModelId, options.KeepRuns, cancel);
        run = (await runs.FindAsync(runId, cancel))!;
        log.RunDone(runId, run.Images, run.Clusters, run.Unassigned, Stopwatch.GetElapsedTime(started).TotalSeconds);
        return run;
    }

    async Task<Grouping> GroupAsync(
        ClusterRun run, ClusterSettings asked, IProgress<ClusterProgress>? progress, CancellationToken cancel)
    {
        var horizon = await runs.ReadHorizonAsync(cancel);
        var only = asked.Where is null ? null : await images.SelectAsync(
            asked.Where, new ReadOnlyQueryOptions { MaxRows = int.MaxValue - 1, Timeout = SelectionTime }, cancel);
        var model = await vectors.GetModelAsync(run.ModelId, cancel);
        var expected = only?.Length ?? await images.CountAsync(run.ModelId, cancel);
        var settings = ClusterFit.Decide(asked, expected, options);

        var all = new RunImages(model.Dimensions);
        await using var rows = images.StreamAsync(run.ModelId, only, cancel).GetAsyncEnumerator(cancel);
        var more = await all.ReadSampleAsync(
            rows, ClusterFit.Limit(settings.Method, options), expected, read => progress?.Report(ClusterProgress.Of("reading", read, expected)));
        if (all.Ids.Count < 2)
        {
            throw new DatabaseException(
                $"Of {expected:N0} images {all.Ids.Count} have a vector of {run.ModelId} that can be compared; clusters need two or more.");
        }

        var fit = await Task.Run(() => ClusterFit.Run(all.Sample, settings, options, new PhaseProgress(progress, "grouping"), cancel), cancel);
        all.Take(fit);
        settings = fit.Settings;
        if (more && fit.Search is { } search)
        {
            var radii = ClusterFit.LeavesOut(settings.Method)
                ? ClusterSummaries.Of(search.Centroids, fit.Labels, fit.Distances, VectorMetric.Cosine, 0).Select(of => (float)of.Radius).ToArray()
                : null;
            await all.AssignRestAsync(
                rows, search, fit.Groups, radii, read => progress?.Report(ClusterProgress.Of("assigning", read, expected)), cancel);
        }

        return new Grouping(all, fit, settings with { Sample = all.Ids.Count > all.Sample.Rows ? all.Sample.Rows : null }, horizon);
    }
}
