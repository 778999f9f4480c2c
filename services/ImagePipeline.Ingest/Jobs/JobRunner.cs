using ImagePipeline.Storage;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>
/// Works on a job until it ends or is stopped. Several processes may do so at once: each takes ranges that nobody has, and takes over
/// those of a process that is not heard of any more.
/// </summary>
public sealed class JobRunner(
    JobStore jobs, RangeStore ranges, JobListings listings, RangeWork work, IngestOptions options, TimeProvider clock)
{
    /// <summary>Works on a job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="counts">Receives what this process books.</param>
    /// <param name="cancel">Ends the work between two chunks; the job stays as it is.</param>
    /// <returns>The state that the job is in.</returns>
    /// <exception cref="JobSourceException">The source cannot be listed; the job has failed.</exception>
    public async Task<JobState> RunAsync(Guid jobId, IngestCounts counts, CancellationToken cancel)
    {
        var job = await jobs.GetAsync(jobId, cancel);
        if (job?.Request is not { } request)
        {
            throw new JobSourceException($"there is no job {jobId}, or it is of an older version and cannot be gone on with.");
        }

        try
        {
            await PlanAsync(job, request, cancel);
            await WorkAsync(jobId, request, counts, cancel);
        }
        catch (JobSourceException fault)
        {
            await jobs.FailAsync(jobId, fault.Message, CancellationToken.None);
            throw;
        }

        return await jobs.StateAsync(jobId, cancel) ?? JobState.Cancelled;
    }

    async Task PlanAsync(JobRow job, JobRequest request, CancellationToken cancel)
    {
        if (job.State == JobState.Planning)
        {
            await ranges.PlanAsync(job.JobId, await listings.Of(request.Kind).PlanAsync(job.JobId, request, cancel), cancel);
        }
    }

    async Task WorkAsync(Guid jobId, JobRequest request, IngestCounts counts, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var bell = new Bell();
        var (idle, isOver) = (0, false);
        var workers = Enumerable.Range(0, options.Ranges).Select(_ => WorkAsync()).ToArray();
        foreach (var worker in workers)
        {
            _ = worker.ContinueWith(
                _ => stop.Cancel(), stop.Token, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }

        // The fault that made the others stop, not their stopping, is what went wrong.
        await Task.WhenAll(workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await (workers.FirstOrDefault(worker => worker.IsFaulted) ?? Task.WhenAll(workers));

        async Task WorkAsync()
        {
            while (!Volatile.Read(ref isOver))
            {
                var rung = bell.Next;
                if (await ranges.ClaimAsync(jobId, options.Lease, stop.Token) is { } lease)
                {
                    await work.RunAsync(request, lease, counts, bell.Ring, stop.Token);
                }
                else
                {
                    await WaitAsync(rung);
                }
            }
        }

        // The last one without a range looks whether the job is over; ranges of other processes are theirs to end, or ours when they are
        // not heard of any more. The others wait until a range is parted, or there is nothing more to wait for.
        async Task WaitAsync(Task rung)
        {
            if (Interlocked.Increment(ref idle) < options.Ranges)
            {
                await rung.WaitAsync(stop.Token);
            }
            else
            {
                Volatile.Write(ref isOver, await jobs.CompleteAsync(jobId, stop.Token)
                    || await jobs.StateAsync(jobId, stop.Token) is not JobState.Running);
                if (!isOver)
                {
                    await Task.WhenAny(rung, Task.Delay(options.Poll, clock, stop.Token));
                }

                bell.Ring();
            }

            Interlocked.Decrement(ref idle);
        }
    }

    /// <summary>Wakes all who wait, once.</summary>
    sealed class Bell
    {
        TaskCompletionSource _rung = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when it is rung the next time; to be asked for before looking for what it would tell of.</summary>
        public Task Next => Volatile.Read(ref _rung).Task;

        public void Ring() =>
            Interlocked.Exchange(ref _rung, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
