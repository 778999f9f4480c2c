using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster watch</c>: what the fleet's scheduler does, until Ctrl-C.</summary>
static class ClusterWatchCommand
{
    public static Command Create() => new Command(
        "watch",
        "Have arrivals join their clusters and compute a run whenever one is due, until Ctrl-C. In a fleet the clusterer does so by itself.")
        .WithExamples("""
            imagepipeline cluster watch
            Clusters__GrowthPercent=10 Clusters__Schedule="0 */6 * * *" imagepipeline cluster watch
            The rules are the section Clusters of docs/operations.md.
            """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel, LogLevel.Warning);
        var (upkeep, options, json) = (session.Get<ClusterUpkeep>(), session.Get<ClusterOptions>(), parsed.GetValue(CommonOptions.Json));
        await Console.Error.WriteLineAsync($"imagepipeline: looking every {options.CheckSeconds} s; Ctrl-C ends.");
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.CheckSeconds));
        try
        {
            do
            {
                Write(await LookAsync(upkeep, cancel), json);
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Ctrl-C is how it ends.
        }

        return ExitCode.Done;
    }

    /// <summary>A run that fails says so itself and does not end the watch.</summary>
    static async Task<ClusterUpkeepReport> LookAsync(ClusterUpkeep upkeep, CancellationToken cancel)
    {
        try
        {
            return await upkeep.LookAsync(progress: null, cancel);
        }
        catch (DatabaseException)
        {
            return new ClusterUpkeepReport(0, 0, []);
        }
    }

    static void Write(ClusterUpkeepReport report, bool json)
    {
        if (json && (report.Arrived > 0 || report.Runs.Count > 0))
        {
            JsonOutput.WriteLine(new { report.Arrived, report.Unassigned, runs = report.Runs.Select(ClusterTables.Json) });
            return;
        }

        var time = DateTimeText();
        if (!json && report.Arrived > 0)
        {
            Terminal.Line($"{time}  {ClusterTables.Number(report.Arrived)} images joined, "
                + $"{ClusterTables.Number(report.Unassigned)} of them no cluster.");
        }

        foreach (var run in json ? [] : report.Runs)
        {
            Terminal.Line(run.State == ClusterRunState.Done
                ? $"{time}  {ClusterTables.Heading(run)}\n          Why: {run.Reason}."
                : $"{time}  Run {run.RunId} {run.State.ToSql()}: {run.Error}");
        }
    }

    static string DateTimeText() => TimeProvider.System.GetLocalNow().ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
