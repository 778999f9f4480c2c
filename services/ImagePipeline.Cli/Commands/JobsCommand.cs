using System.CommandLine;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>jobs …</c>: what became of ingest jobs, and stopping and resuming them.</summary>
static class JobsCommand
{
    static readonly Argument<string> Id = new("id")
    {
        Description = "The first digits of a job's id, as jobs list shows them, or 'last'.",
        HelpName = "ID",
    };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most jobs to show.",
        HelpName = "N",
        DefaultValueFactory = _ => 20,
    };

    static readonly Option<bool> Here = new("--here") { Description = "Work on it in this process." };

    public static Command Create() => new Command("jobs", "Ingest jobs: list, show, watch, pause, resume, cancel, retry.")
    {
        new Command("list", "Jobs, the latest first.") { Limit }.WithExamples("""
            imagepipeline jobs list
            imagepipeline jobs list --json --limit 100
            """).Does(ListAsync),
        new Command("show", "One job: counts that add up, reasons, what to do next.") { Id }.WithExamples("""
            imagepipeline jobs show 3f2a
            imagepipeline jobs show last --json
            """).Does(ShowAsync),
        new Command("watch", "Progress of a job until it ends, from any terminal; exits as the job does: "
            + "0 done, 1 with failures, 130 cancelled.") { Id }.WithExamples("""
            imagepipeline jobs watch last
            imagepipeline jobs watch 3f2a --no-progress && echo done
            """).Does(WatchAsync),
        new Command("pause", "Stop a job until it is resumed; the chunks at work are finished.") { Id }.WithExamples("""
            imagepipeline jobs pause 3f2a
            """).Does((parsed, cancel) => ChangeAsync(
                parsed, (jobs, id, token) => jobs.PauseAsync(id, token), "paused", "only a running job can be paused", cancel)),
        new Command("resume", "Go on with a job that was paused, killed or stopped by errors; nothing is listed or counted twice.")
        {
            Id, Here, BrokerOptions.RabbitMq, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers,
        }.WithExamples("""
            imagepipeline jobs resume 3f2a
            imagepipeline jobs resume 3f2a --here      with a broker: this process works too, beside the services
            """).Does(ResumeAsync),
        new Command("cancel", "End a job for good; what is stored stays.") { Id }.WithExamples("""
            imagepipeline jobs cancel 3f2a
            """).Does((parsed, cancel) => ChangeAsync(
                parsed, (jobs, id, token) => jobs.CancelAsync(id, token), "cancelled", "it has ended already", cancel)),
        new Command("retry", "Begin a job over what failed in another, at the listing or at a later stage.")
        {
            Id, IngestCommand.Detach, BrokerOptions.RabbitMq, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers,
        }.WithExamples("""
            imagepipeline jobs retry 3f2a
            """).Does(RetryAsync),
    }.WithExamples("""
        imagepipeline jobs list
        imagepipeline jobs watch last
        imagepipeline jobs pause 3f2a        then: jobs resume 3f2a
        imagepipeline jobs retry 3f2a
        """);

    static async Task<int> ListAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Limit) is var limit && limit is < 1 or > 10_000)
        {
            throw new UsageException("--limit takes 1 to 10000.");
        }

        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var rows = await jobs.ListAsync(limit, cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            var reports = new List<JobReport>();
            foreach (var row in rows)
            {
                reports.Add(JobOutput.Report(row, await jobs.TroubleAsync(row.JobId, cancel)));
            }

            JsonOutput.Write(reports);
        }
        else if (rows.Count == 0)
        {
            Terminal.Line("No job yet. Begin one with: imagepipeline ingest SOURCE");
        }
        else
        {
            JobOutput.WriteList(rows);
        }

        return ExitCode.Done;
    }

    static async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var job = await JobNames.FindAsync(jobs, parsed.GetValue(Id)!, cancel);
        await JobOutput.WriteAsync(parsed, jobs, job.JobId, cancel);
        return ExitCode.Done;
    }

    static async Task<int> WatchAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var jobId = (await JobNames.FindAsync(jobs, parsed.GetValue(Id)!, cancel)).JobId;
        if (parsed.GetValue(CommonOptions.NoProgress))
        {
            while (await jobs.StateAsync(jobId, cancel) is JobState.Planning or JobState.Running or JobState.Paused)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            }
        }
        else
        {
            await JobWatch.ShowAsync(jobs, new StageStore(session.Database.Source), jobId, null, cancel);
        }

        return await JobOutput.WriteAsync(parsed, jobs, jobId, cancel);
    }

    static async Task<int> ChangeAsync(
        ParseResult parsed, Func<JobStore, Guid, CancellationToken, Task<bool>> change, string done, string why,
        CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var job = await JobNames.FindAsync(jobs, parsed.GetValue(Id)!, cancel);
        if (!await change(jobs, job.JobId, cancel))
        {
            throw new UsageException($"job {JobNames.Short(job.JobId)} is {job.State.ToSql()}; {why}.");
        }

        await Console.Error.WriteLineAsync($"imagepipeline: job {JobNames.Short(job.JobId)} is {done}.");
        await JobOutput.WriteAsync(parsed, jobs, job.JobId, cancel);
        return ExitCode.Done;
    }

    static async Task<int> ResumeAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var job = await JobNames.FindAsync(jobs, parsed.GetValue(Id)!, cancel);
        if (job.State is JobState.Done or JobState.Cancelled)
        {
            throw new UsageException(
                $"job {JobNames.Short(job.JobId)} is {job.State.ToSql()}; begin a new one with: imagepipeline ingest {job.Source}");
        }

        await jobs.ResumeAsync(job.JobId, cancel);
        if (parsed.GetValue(Here) || FleetCommandOptions.ReadBroker(parsed) is null)
        {
            return await JobRun.GoOnAsync(parsed, session, job, cancel);
        }

        await JobOutput.WriteAsync(parsed, jobs, job.JobId, cancel);
        return ExitCode.Done;
    }

    static async Task<int> RetryAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var jobs = new JobStore(session.Database.Source);
        var job = await JobNames.FindAsync(jobs, parsed.GetValue(Id)!, cancel);
        if (job.Counts.Failed == 0)
        {
            throw new UsageException($"nothing failed in job {JobNames.Short(job.JobId)} that could be tried again.");
        }

        return await JobRun.StartAsync(parsed, session, job.Retry, parsed.GetValue(IngestCommand.Detach), cancel);
    }
}
