using ImagePipeline.Hosting.Broker;
using ImagePipeline.Search.Http;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>What failed and can be tried again. A fleet's ingest service does it when asked by a job; beside an embedded database nothing
/// waits for jobs, and a person has to begin it.</summary>
public sealed class RetryDesk(Database database, SourceStore sources, JobStore jobs, IServiceProvider services)
{
    const int MostJobs = 10;

    /// <summary>Of these, retries at work are looked for: they are among the latest.</summary>
    const int LatestJobs = 50;

    /// <summary>Jobs with files that failed, the most first.</summary>
    public async Task<IReadOnlyList<RetryAnswer>> ListAsync(CancellationToken cancel)
    {
        var failed = await sources.FailedJobsAsync(MostJobs, cancel);
        var latest = failed.Count == 0 ? [] : await jobs.ListAsync(LatestJobs, cancel);
        var answers = new List<RetryAnswer>();
        foreach (var (jobId, files) in failed)
        {
            if (await jobs.GetAsync(jobId, cancel) is { } job)
            {
                answers.Add(new RetryAnswer(jobId, job.Source, files, IsHere(job), IsBusy(job, latest), job.Host, Command(job)));
            }
        }

        return answers;
    }

    /// <summary>Orders it.</summary>
    /// <returns>The new job; or why there is none.</returns>
    public async Task<(JobRow? Made, string? Problem)> OrderAsync(JobRow job, CancellationToken cancel)
    {
        var problem = job.Counts.Failed == 0 ? $"nothing failed in job {job.JobId}."
            : IsBusy(job, await jobs.ListAsync(LatestJobs, cancel)) ? $"job {job.JobId}, or one that tries its files again, is still at work."
            : IsHere(job) ? null
            : job.Host is { } host ? $"job {job.JobId} is over files of the machine {host}; there, run: {Command(job)}"
            : $"nothing here would do the work. Run: {Command(job)}";
        return problem is null ? (await jobs.GetAsync(await jobs.CreateAsync(job.Retry, cancel: cancel), cancel), null) : (null, problem);
    }

    bool IsHere(JobRow job) => job.Host is null && services.GetService<BrokerQueues>() is not null;

    static bool IsBusy(JobRow job, IReadOnlyList<JobRow> latest) => !job.HasEnded && job.Kind != JobKind.Upload || latest.Any(other =>
        other is { Kind: JobKind.Retry, HasEnded: false } && other.Request?.Roots.Contains(job.JobId.ToString()) == true);

    string Command(JobRow job) => $"imagepipeline jobs retry {job.JobId.ToString("n")[..8]} " + (database.IsEmbedded
        ? $"--data '{database.Description.Replace("'", "'\\''", StringComparison.Ordinal)}'"
        : "--postgres \"$IMAGEPIPELINE_POSTGRES\"");
}
