using System.Data.Common;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Takes up the jobs that anyone began, in a service. A job that cannot go on for the world's fault is tried again.</summary>
public sealed class JobWorker(
    JobStore jobs, JobRunner runner, IngestOptions options, TimeProvider clock, ILogger<JobWorker> logger) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var running = new Dictionary<Guid, Task>();
        while (!stoppingToken.IsCancellationRequested)
        {
            foreach (var (jobId, _) in running.Where(job => job.Value.IsCompleted).ToArray())
            {
                running.Remove(jobId);
            }

            foreach (var jobId in await ActiveAsync(stoppingToken))
            {
                if (running.Count < options.Jobs && !running.ContainsKey(jobId))
                {
                    running.Add(jobId, RunAsync(jobId, stoppingToken));
                }
            }

            await Task.WhenAny([Task.Delay(options.Poll, clock, stoppingToken), .. running.Values]);
        }

        await Task.WhenAll(running.Values);
    }

    async Task<IReadOnlyList<Guid>> ActiveAsync(CancellationToken cancel)
    {
        try
        {
            return await jobs.ActiveAsync(Environment.MachineName, cancel);
        }
        catch (DbException fault)
        {
            logger.DatabaseAway(fault);
            return [];
        }
    }

    async Task RunAsync(Guid jobId, CancellationToken cancel)
    {
        try
        {
            logger.JobTaken(jobId);
            var state = await runner.RunAsync(jobId, new IngestCounts(), cancel);
            logger.JobLeft(jobId, state);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Its ranges were given back; another replica, or this one after its start, goes on.
        }
        catch (JobSourceException fault)
        {
            logger.JobFailed(jobId, fault);
        }
        // What is booked and not announced because the broker broke off is found by the reconciler.
        catch (Exception fault) when (fault is DbException or StoreUnavailableException or TimeoutException || BrokerFault.Is(fault))
        {
            logger.JobStuck(jobId, fault);
            await NoteAsync(jobId, fault, cancel);
        }
#pragma warning disable CA1031 // The edge of the work on one job: a bug in it is that job's end, not the service's.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            logger.JobFailed(jobId, fault);
            await ((Task)jobs.FailAsync(jobId, $"internal error: {fault.Message}", CancellationToken.None))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task NoteAsync(Guid jobId, Exception fault, CancellationToken cancel)
    {
        try
        {
            await jobs.NoteAsync(jobId, fault.Message, cancel);
            await Task.Delay(options.Poll, clock, cancel);
        }
        catch (Exception again) when (again is DbException or OperationCanceledException)
        {
            // Said in the log already.
        }
    }
}
