using ImagePipeline.Cli.Embedded;
using ImagePipeline.Ingest;
using ImagePipeline.Storage;
using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>A live bar per stage on standard error; on anything but a terminal a line now and then.</summary>
static class ProgressBoard
{
    static readonly TimeSpan Redraw = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Line = TimeSpan.FromSeconds(10);

    /// <summary>Shows the job until <paramref name="running"/> ends, however it ends.</summary>
    public static async Task ShowAsync(MainJob job, IReadOnlyList<string> roots, string modelId, Task running)
    {
        // Counting is a hundred times faster than the job, so the bars know their end soon after the beginning.
        using var stop = new CancellationTokenSource();
        var total = Task.Run(() => Count(roots, stop.Token), CancellationToken.None);
        await ShowAsync(() => Progress(job, modelId, total), running);
        await stop.CancelAsync();
    }

    /// <summary>Shows how far the stages of one model are until <paramref name="running"/> ends, however it
    /// ends.</summary>
    public static Task ShowAsync(ModelJob job, string modelId, Task running)
    {
        (string, long, long) Row(string name, string stage) =>
            job.Ledger?.Snapshot().FirstOrDefault(progress => progress.Stage == stage) is { } found
                ? (name, found.Expected - found.Waiting, Math.Max(found.Expected, job.Lacking))
                : (name, 0, job.Lacking);

        return ShowAsync(
            () => [Row("embedded", Stages.Embed(modelId)), Row("compared", Stages.RelateVectors(modelId))], running);
    }

    /// <summary>Shows how much of each is done until <paramref name="running"/> ends, however it ends.</summary>
    public static Task ShowAsync(Func<(string Name, long Done, long Of)[]> progress, Task running) => Console.IsErrorRedirected
        ? LinesAsync(Terminal.Error, progress, running)
        : BarsAsync(Terminal.Error, progress, running);

    static long Count(IReadOnlyList<string> roots, CancellationToken cancel) =>
        FolderWalk.Walk(roots.Where(root => Directory.Exists(root) || File.Exists(root))).TakeWhile(_ => !cancel.IsCancellationRequested).LongCount();

    static async Task BarsAsync(IAnsiConsole console, Func<(string Name, long Done, long Of)[]> progress, Task running) =>
        await console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new CountColumn(),
                new RateColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var rows = progress().ToDictionary(row => row.Name, row => context.AddTask(row.Name, maxValue: 1));
                do
                {
                    await Task.WhenAny(running, Task.Delay(Redraw));
                    foreach (var (name, done, of) in progress())
                    {
                        rows[name].MaxValue = Math.Max(1, of);
                        rows[name].Value = running.IsCompletedSuccessfully && done >= of ? rows[name].MaxValue : done;
                    }
                }
                while (!running.IsCompleted);
            });

    static async Task LinesAsync(IAnsiConsole console, Func<(string Name, long Done, long Of)[]> progress, Task running)
    {
        while (await Task.WhenAny(running, Task.Delay(Line)) != running)
        {
            console.WriteLine(string.Join(", ", progress().Select(stage =>
                stage.Name == "rejected"
                    ? FormattableString.Invariant($"{stage.Name} {stage.Done:N0}")
                    : FormattableString.Invariant($"{stage.Name} {stage.Done:N0} of {stage.Of:N0}"))));
        }
    }

    static (string Name, long Done, long Of)[] Progress(MainJob job, string modelId, Task<long> total)
    {
        var counts = job.Counts;
        var files = total.IsCompletedSuccessfully ? Math.Max(total.GetAwaiter().GetResult(), counts.Discovered) : counts.Discovered;
        var stages = job.Ledger?.Snapshot().ToDictionary(stage => stage.Stage) ?? [];

        // Of the files that were not looked at yet nobody knows whether they are new: the best guess is that they all are.
        var ahead = files - counts.Discovered;
        (string, long, long) Row(string name, string stage) => stages.TryGetValue(stage, out var progress)
            ? (name, progress.Expected - progress.Waiting, progress.Expected + ahead)
            : (name, 0, ahead);

        var rejected = counts.Rejected.Values.Sum()
            + (stages.TryGetValue(Stages.Hash, out var hash) ? hash.Rejected : 0);
        return
        [
            ("discovered", counts.Discovered, files),
            Row("hashed", Stages.Hash),
            Row("embedded", Stages.Embed(modelId)),
            Row("compared", Stages.RelateHashes),
            ("rejected", rejected, Math.Max(rejected, counts.Discovered)),
        ];
    }

    sealed class CountColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(
            Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(FormattableString.Invariant($"{task.Value:N0} of {task.MaxValue:N0}"));
    }

    sealed class RateColumn : ProgressColumn
    {
        public override Spectre.Console.Rendering.IRenderable Render(
            Spectre.Console.Rendering.RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Speed is { } speed and > 0 ? FormattableString.Invariant($"{speed:N0}/s") : "");
    }
}
