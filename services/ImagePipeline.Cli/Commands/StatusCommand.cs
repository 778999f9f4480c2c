using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>status</c>: what is there and what is left to do, from the database.</summary>
static class StatusCommand
{
    public static Command Create() => new Command("status", "What is in the database, and what is left to do, per stage.")
        .WithExamples("""
            imagepipeline status
            imagepipeline status --json
            """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        var source = session.Database.Source;
        var stages = await new StageStore(source).StatusAsync(stages: null, cancel);
        var files = await new SourceStore(source).SummariseAsync(cancel);
        var groups = await new GroupStore(source).CountGroupsAsync(cancel);
        var flat = await new HashStore(source).CountFlatAsync(Pdq.MinimumMatchQuality, cancel);
        var job = await new JobStore(source).LatestAsync(cancel);
        if (parsed.GetValue(CommonOptions.Json))
        {
            JsonOutput.Write(new
            {
                data = session.Database.Description,
                files = files.Select(count => new { state = count.State.ToSql(), count.Reason, count.Count }),
                stages,
                duplicates = groups.ToDictionary(kind => kind.Key.ToSql(), kind => kind.Value),
                flat,
                latest_job = job,
            });
            return ExitCode.Done;
        }

        Terminal.Out.MarkupLine($"[bold]{Markup.Escape(session.Database.Description)}[/]");
        WriteFiles(files);
        WriteStages(stages);
        foreach (var (kind, count) in groups.OrderBy(group => group.Key))
        {
            Terminal.Out.MarkupLineInterpolated($"{count,7:N0} groups of {kind.ToSql()}");
        }

        Terminal.Out.MarkupLineInterpolated($"{flat,7:N0} images too flat to be matched by hash");
        if (job is not null)
        {
            Terminal.Out.MarkupLineInterpolated(
                $"Latest job: {job.State.ToSql()}, {job.Counts.Discovered:N0} files discovered in {job.Source}");
        }

        return ExitCode.Done;
    }

    static void WriteFiles(IReadOnlyList<SourceCount> files)
    {
        foreach (var count in files)
        {
            Terminal.Out.MarkupLineInterpolated($"{count.Count,7:N0} files {count.State.ToSql()} [grey]{count.Reason ?? ""}[/]");
        }
    }

    static void WriteStages(IReadOnlyList<StageStatus> stages)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("stage");
        foreach (var name in new[] { "done", "rejected", "failed", "to do" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        foreach (var stage in stages)
        {
            table.AddRow(
                Markup.Escape(stage.Stage), $"{stage.Done:N0}", $"{stage.Rejected:N0}", $"{stage.Failed:N0}", $"{stage.ToDo:N0}");
        }

        Terminal.Out.Write(table);
    }
}
