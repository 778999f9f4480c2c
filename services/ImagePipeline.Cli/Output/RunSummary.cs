using System.Globalization;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Core.Duplicates;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>How a run ended, for people.</summary>
static class RunSummary
{
    /// <summary>Prints the counts, the stages, the copies and what to try next.</summary>
    public static void Write(RunReport report)
    {
        var console = Terminal.Out;
        console.WriteLine();
        WriteCounts(console, report);
        WriteStages(console, report);
        WriteDuplicates(console, report);
        if (report.Flat > 0)
        {
            console.MarkupLine(Invariant(
                $"  {report.Flat,7:N0}  images too flat to be matched by hash  [grey]compared by their pixels alone[/]"));
        }

        WriteNext(console, report);
    }

    static void WriteCounts(IAnsiConsole console, RunReport report)
    {
        var (rejected, failed) = (report.Rejected.Values.Sum(), report.Failed.Values.Sum());
        console.MarkupLine(Invariant($"[bold]{report.Discovered:N0} files discovered[/] in {Duration(report.Seconds)}")
            + Invariant($" = {report.Ingested:N0} ingested + {report.AlreadyKnown:N0} already known")
            + Invariant($" + {rejected:N0} rejected + {failed:N0} failed"));
        foreach (var (word, reasons) in new[] { ("rejected", report.Rejected), ("failed", report.Failed) })
        {
            foreach (var (reason, count) in reasons.OrderByDescending(reason => reason.Value))
            {
                console.MarkupLine(Invariant($"  [yellow]{word}[/] {count,7:N0}  {reason}"));
            }
        }
    }

    static void WriteStages(IAnsiConsole console, RunReport report)
    {
        var worked = report.Stages.Where(stage => stage.Done > 0 && stage.Seconds > 0).ToArray();
        if (worked.Length == 0)
        {
            return;
        }

        var slowest = worked.MaxBy(stage => stage.Seconds)!;
        var table = new Table().Border(TableBorder.Simple)
            .AddColumn("stage")
            .AddColumn(new TableColumn("images").RightAligned())
            .AddColumn(new TableColumn("work, s").RightAligned())
            .AddColumn(new TableColumn("per worker and s").RightAligned());
        foreach (var stage in worked)
        {
            var mark = stage == slowest ? " [bold](slowest)[/]" : "";
            table.AddRow(
                Markup.Escape(stage.Name) + mark, Invariant($"{stage.Done:N0}"), Invariant($"{stage.Seconds:N1}"),
                Invariant($"{stage.PerSecond:N0}"));
        }

        console.Write(table);
    }

    static void WriteDuplicates(IAnsiConsole console, RunReport report)
    {
        if (report.Duplicates.Values.Sum() == 0)
        {
            console.MarkupLine("No copies found.");
            return;
        }

        console.MarkupLine("[bold]Copies in the collection[/] (groups):");
        foreach (var (kind, groups) in report.Duplicates.Where(kind => kind.Value > 0))
        {
            console.MarkupLine(Invariant($"  {groups,7:N0}  {kind,-12}  [grey]{Describe(kind)}[/]"));
        }
    }

    static string Describe(string kind) => DuplicateKinds.TryParse(kind, out var known) ? known.Describe() : "";

    static void WriteNext(IAnsiConsole console, RunReport report)
    {
        console.WriteLine();
        if (report.Interrupted)
        {
            console.MarkupLine("[yellow]Stopped before the end.[/] What is done is kept; run the same command again to go on, "
                + $"or: imagepipeline jobs resume {Fleet.JobNames.Short(report.JobId)}");
        }
        else if (report.Error is { } error)
        {
            console.MarkupLineInterpolated($"[yellow]Stopped by errors:[/] {error}");
            console.WriteLine($"Go on with: imagepipeline jobs resume {Fleet.JobNames.Short(report.JobId)}");
        }

        var data = !report.IsEmbedded ? " --postgres \"…\""
            : report.Data == Path.GetFullPath(".imagepipeline") ? "" : $" --data {report.Data}";
        console.MarkupLine("[bold]Next[/]");
        Terminal.Line($"  imagepipeline serve{data} --open                      # search, copies and status in the browser");
        Terminal.Line($"  imagepipeline duplicates{data} --html copies.html     # the copies, side by side");
        Terminal.Line($"  imagepipeline search{data} PICTURE.jpg                # what looks like this one");
        Terminal.Line($"  imagepipeline check{data} PICTURE.jpg                 # is it in there already?");
        Terminal.Line($"  imagepipeline sql{data} \"select format, count(*) from image group by 1\"");
        Terminal.Line($"  imagepipeline status{data}                            # what is there, what is left to do");
    }

    static string Duration(double seconds) => seconds < 60
        ? Invariant($"{seconds:N1} s")
        : TimeSpan.FromSeconds(seconds).ToString(seconds < 3600 ? @"m\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
