using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Fleet;

/// <summary>A job as scripts read it.</summary>
sealed record JobReport
{
    public required Guid JobId { get; init; }

    public required string Kind { get; init; }

    public required string Source { get; init; }

    public required string State { get; init; }

    public required bool DryRun { get; init; }

    public string? Host { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public required long Discovered { get; init; }

    public required long Ingested { get; init; }

    public required long AlreadyKnown { get; init; }

    public required IReadOnlyDictionary<string, long> Rejected { get; init; }

    public required IReadOnlyDictionary<string, long> Failed { get; init; }

    public required long Filtered { get; init; }

    public long? Expected { get; init; }

    public required long Ranges { get; init; }

    public required long OpenRanges { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }
}

/// <summary>Prints jobs.</summary>
static class JobOutput
{
    /// <summary>Prints one job; returns the exit code that goes with its state.</summary>
    public static async Task<int> WriteAsync(ParseResult parsed, JobStore jobs, Guid jobId, CancellationToken cancel)
    {
        var job = (await jobs.GetAsync(jobId, cancel))!;
        var report = Report(job, await jobs.TroubleAsync(jobId, cancel));
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(report);
        }
        else
        {
            Write(job, report);
        }

        return ExitOf(job);
    }

    /// <summary>Failed: 1; paused or cancelled: 130; done: 1 where objects failed.</summary>
    public static int ExitOf(JobRow job) => job.State switch
    {
        JobState.Failed => ExitCode.SomeFailed,
        JobState.Paused or JobState.Cancelled => ExitCode.Interrupted,
        _ => job.Counts.Failed > 0 ? ExitCode.SomeFailed : ExitCode.Done,
    };

    /// <summary>A job as scripts read it.</summary>
    public static JobReport Report(JobRow job, IReadOnlyList<SourceCount> trouble) => new()
    {
        JobId = job.JobId,
        Kind = job.Kind.ToSql(),
        Source = job.Source,
        State = job.State.ToSql(),
        DryRun = job.IsDryRun,
        Host = job.Host,
        StartedAt = job.StartedAt,
        FinishedAt = job.FinishedAt,
        Discovered = job.Counts.Discovered,
        Ingested = job.Counts.Ingested,
        AlreadyKnown = job.Counts.AlreadyKnown,
        Rejected = Reasons(trouble, SourceState.Rejected),
        Failed = Reasons(trouble, SourceState.Failed),
        Filtered = job.Filtered,
        Expected = job.Expected,
        Ranges = job.Ranges,
        OpenRanges = job.OpenRanges,
        Error = job.Error,
    };

    /// <summary>Prints jobs as a table.</summary>
    public static void WriteList(IReadOnlyList<JobRow> jobs)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("job").AddColumn("state").AddColumn("source").AddColumn("begun");
        foreach (var name in new[] { "discovered", "ingested", "known", "rejected", "failed" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var job in jobs)
        {
            var counts = job.Counts;
            table.AddRow([
                JobNames.Short(job.JobId), job.State.ToSql() + (job.IsDryRun ? " (dry run)" : ""), Markup.Escape(job.Source),
                job.StartedAt.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
                Number(counts.Discovered), Number(counts.Ingested), Number(counts.AlreadyKnown), Number(counts.Rejected),
                Number(counts.Failed)]);
        }

        Terminal.Out.Write(table);
    }

    static void Write(JobRow job, JobReport report)
    {
        Terminal.Line($"job {JobNames.Short(job.JobId)}, {job.State.ToSql()}{(job.IsDryRun ? " (dry run: nothing was stored)" : "")}: {job.Source}");
        Terminal.Line(string.Create(CultureInfo.InvariantCulture,
            $"  {job.Counts.Discovered:N0} discovered = {job.Counts.Ingested:N0} ingested + {job.Counts.AlreadyKnown:N0} already known + {job.Counts.Rejected:N0} rejected + {job.Counts.Failed:N0} failed"));
        foreach (var (word, reasons) in new[] { ("rejected", report.Rejected), ("failed", report.Failed) })
        {
            foreach (var (reason, count) in reasons.OrderByDescending(reason => reason.Value))
            {
                Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  {word} {count,7:N0}  {reason}"));
            }
        }

        if (job.Filtered > 0)
        {
            Terminal.Line(string.Create(CultureInfo.InvariantCulture, $"  {job.Filtered:N0} passed over by name or size"));
        }

        if (job.Error is { } error)
        {
            Terminal.Line($"  {(job.State == JobState.Failed ? "stopped by" : "at present")}: {error}");
        }

        if (Next(job) is { } next)
        {
            Terminal.Line($"  next: {next}");
        }
    }

    static string? Next(JobRow job)
    {
        var id = JobNames.Short(job.JobId);
        return job.State switch
        {
            JobState.Paused or JobState.Failed => $"imagepipeline jobs resume {id}",
            JobState.Planning or JobState.Running when job.LeasedRanges == 0 =>
                job.Host is null ? $"no worker has it; an ingest service takes it up, or work on it here: imagepipeline jobs resume {id} --here"
                : $"no worker has it; its source is on {job.Host}: imagepipeline jobs resume {id} --here",
            JobState.Planning or JobState.Running => $"imagepipeline jobs watch {id}",
            JobState.Done when job.Counts.Failed > 0 && !job.IsDryRun => $"imagepipeline jobs retry {id}",
            JobState.Done when job.IsDryRun => "the same command without --dry-run",
            _ => null,
        };
    }

    static SortedDictionary<string, long> Reasons(IReadOnlyList<SourceCount> trouble, SourceState state) => new(
        trouble.Where(count => count.State == state).ToDictionary(count => count.Reason ?? "unknown", count => count.Count),
        StringComparer.Ordinal);

    static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);
}
