using System.CommandLine;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster list</c>: the runs.</summary>
static class ClusterListCommand
{
    static readonly Option<int> Limit = new("--limit") { Description = "Most runs.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Command Create() => new Command("list", "List the runs, the latest first: how, why, and what came out.") { Limit }
        .WithExamples("""
            imagepipeline cluster list
            imagepipeline cluster list --json | jq '.runs[] | select(.active)'
            """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var runs = await session.Get<ClusterRunStore>().ListAsync(Math.Max(1, parsed.GetValue(Limit)), cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new { runs = runs.Select(ClusterTables.Json) });
            return ExitCode.Done;
        }

        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("run").RightAligned()).AddColumn("state").AddColumn("began");
        foreach (var name in new[] { "images", "clusters", "in none", "silhouette", "seconds" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumn("cut").AddColumn("how").AddColumn("why");
        foreach (var run in runs)
        {
            var isDone = run.State == ClusterRunState.Done;
            table.AddRow(
                ClusterTables.Number(run.RunId), run.IsActive ? "active" : run.State.ToSql(),
                run.StartedAt?.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-",
                isDone ? ClusterTables.Number(run.Images) : "-", isDone ? ClusterTables.Number(run.Clusters) : "-",
                isDone ? ClusterTables.Number(run.Unassigned) : "-",
                RunQuality.Parse(run.QualityJson)?.Silhouette?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-",
                ClusterTables.Seconds(run)?.ToString("0.0", CultureInfo.InvariantCulture) ?? "-",
                run.HasTree ? "yes" : "-",
                Markup.Escape($"{ClusterTables.Words(run)} over {run.ModelId}"), Markup.Escape(Why(run)));
        }

        Terminal.Out.Write(table);
        if (runs.Any(run => run.HasTree))
        {
            Terminal.Line("cut: can be cut into more or fewer clusters, with imagepipeline cluster cut RUN --show");
        }

        if (runs.Count == 0)
        {
            Terminal.Line("There are no runs yet. Make one with: imagepipeline cluster run");
        }

        return ExitCode.Done;
    }

    /// <summary>Why it ran, or why it did not come to its end.</summary>
    static string Why(ClusterRun run) => run.Error
        ?? (run is { State: ClusterRunState.Computing, Worker: { } worker } && RunProcess.IsGone(worker)
            ? $"{run.Reason}; its process is gone, and the next run gives it up"
            : run.Reason);
}
