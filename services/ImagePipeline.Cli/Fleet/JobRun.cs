using System.CommandLine;
using ImagePipeline.Cli.Commands;
using ImagePipeline.Ingest;
using ImagePipeline.Ingest.Jobs;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Cli.Fleet;

/// <summary>Runs a job from the command line: with every stage in this process, or handing its images to a broker.</summary>
static class JobRun
{
    /// <summary>Begins a job, and works on it unless detached.</summary>
    public static async Task<int> StartAsync(
        ParseResult parsed, Session session, JobRequest request, bool isDetached, CancellationToken cancel)
    {
        var jobs = new JobStore(session.Database.Source);
        var isListingOnly = request.DryRun || FleetCommandOptions.ReadBroker(parsed) is not null;
        if (!isDetached && !isListingOnly)
        {
            return await RunCommand.RunJobAsync(parsed, session, (job, stop) => job.RunAsync(request, stop), request.Roots, cancel);
        }

        var jobId = await jobs.CreateAsync(request, null, cancel);
        if (!isDetached)
        {
            return await ListAsync(parsed, session, jobId, cancel);
        }

        await Console.Error.WriteLineAsync($"imagepipeline: job {JobNames.Short(jobId)} has begun; watch it with: imagepipeline jobs watch {JobNames.Short(jobId)}");
        await JobOutput.WriteAsync(parsed, jobs, jobId, cancel);
        return ExitCode.Done;
    }

    /// <summary>Goes on with a job here.</summary>
    public static async Task<int> GoOnAsync(ParseResult parsed, Session session, JobRow job, CancellationToken cancel)
    {
        if (job.Host is { } host && host != Environment.MachineName)
        {
            throw new UsageException($"job {JobNames.Short(job.JobId)} lists files of {host}; resume it there.");
        }

        return job.IsDryRun || FleetCommandOptions.ReadBroker(parsed) is not null
            ? await ListAsync(parsed, session, job.JobId, cancel)
            : await RunCommand.RunJobAsync(
                parsed, session, (main, stop) => main.ResumeAsync(job.JobId, stop), job.Request?.Roots ?? [], cancel);
    }

    static async Task<int> ListAsync(ParseResult parsed, Session session, Guid jobId, CancellationToken cancel)
    {
        using var host = ListingHost.Build(
            session.Database, FleetCommandOptions.ReadBroker(parsed), parsed.GetValue(CommonOptions.Workers));
        await host.StartAsync(cancel);
        var jobs = host.Services.GetRequiredService<JobStore>();
        var work = host.Services.GetRequiredService<JobRunner>().RunAsync(jobId, new IngestCounts(), cancel);
        try
        {
            using var watching = new CancellationTokenSource();
            var watch = parsed.GetValue(CommonOptions.NoProgress)
                ? Task.CompletedTask
                : JobWatch.ShowAsync(jobs, new StageStore(session.Database.Source), jobId, work, watching.Token);
            await Task.WhenAny(work);
            await watching.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await work;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await jobs.PauseAsync(jobId, CancellationToken.None);
            await Console.Error.WriteLineAsync(
                $"imagepipeline: paused; go on with: imagepipeline jobs resume {JobNames.Short(jobId)}");
        }
        catch (StoreUnavailableException fault)
        {
            throw JobNames.Stopped(jobId, fault);
        }

        await host.StopAsync(CancellationToken.None);
        return await JobOutput.WriteAsync(parsed, jobs, jobId, CancellationToken.None);
    }
}
