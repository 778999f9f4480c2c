using System.Diagnostics;
using System.Globalization;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ImagePipeline.Cli.Fleet;

/// <summary>Progress of a job as the database has it, on standard error: live on a terminal, else a line now and then. So it can be watched
/// from anywhere, whoever works on it.</summary>
static class JobWatch
{
    static readonly TimeSpan Redraw = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Line = TimeSpan.FromSeconds(10);
    static readonly TimeSpan RateOver = TimeSpan.FromSeconds(20);

    /// <summary>Shows a job until it has ended, or <paramref name="running"/> has.</summary>
    /// <param name="jobs">Jobs.</param>
    /// <param name="stages">What the stages still have to do.</param>
    /// <param name="jobId">The job.</param>
    /// <param name="running">Work on the job in this process, or null.</param>
    /// <param name="cancel">Ends the showing.</param>
    public static async Task ShowAsync(
        JobStore jobs, StageStore stages, Guid jobId, Task? running, CancellationToken cancel)
    {
        var watch = new Watched(jobs, stages, jobId);
        if (Console.IsErrorRedirected)
        {
            while (await watch.ReadAsync(cancel) && running is not { IsCompleted: true })
            {
                Terminal.Error.WriteLine(watch.Line());
                await PauseAsync(Line, running, cancel);
            }

            return;
        }

        await Terminal.Error.Live(new Text("")).StartAsync(async context =>
        {
            while (await watch.ReadAsync(cancel) && running is not { IsCompleted: true })
            {
                context.UpdateTarget(watch.Board());
                await PauseAsync(Redraw, running, cancel);
            }

            context.UpdateTarget(watch.Board());
        });
    }

    static Task PauseAsync(TimeSpan time, Task? running, CancellationToken cancel) =>
        running is null ? Task.Delay(time, cancel) : Task.WhenAny(running, Task.Delay(time, cancel));

    sealed class Watched(JobStore jobs, StageStore stages, Guid jobId)
    {
        readonly Queue<(long At, long Discovered)> _before = new();
        JobRow? _job;
        IReadOnlyList<StageStatus> _stages = [];
        long _stagesRead;
        TimeSpan _stagesTook;

        /// <summary>Reads how the job stands; false once it has ended.</summary>
        public async Task<bool> ReadAsync(CancellationToken cancel)
        {
            _job = await jobs.GetAsync(jobId, cancel);
            if (_job is null)
            {
                return false;
            }

            _before.Enqueue((Stopwatch.GetTimestamp(), _job.Counts.Discovered));
            while (_before.Count > 2 && Stopwatch.GetElapsedTime(_before.Peek().At) > RateOver)
            {
                _before.Dequeue();
            }

            // Counting what is to do reads the whole collection: the longer it takes, the rarer.
            if (_stagesRead == 0 || Stopwatch.GetElapsedTime(_stagesRead) > 20 * _stagesTook)
            {
                var begun = Stopwatch.GetTimestamp();
                _stages = await stages.StatusAsync(cancel: cancel);
                _stagesRead = Stopwatch.GetTimestamp();
                _stagesTook = Stopwatch.GetElapsedTime(begun);
            }

            return !_job.HasEnded;
        }

        public string Line()
        {
            var counts = _job!.Counts;
            var text = string.Create(CultureInfo.InvariantCulture,
                $"{_job.State.ToSql()}: {counts.Discovered:N0}{Of()} discovered, {counts.Ingested:N0} ingested, {counts.AlreadyKnown:N0} already known, {counts.Rejected:N0} rejected, {counts.Failed:N0} failed{Pace()}");
            text += _job.Error is { } error ? $"; {error}" : "";
            return _stages.Any(stage => stage.ToDo > 0)
                ? text + "; to do: " + string.Join(", ", _stages.Where(stage => stage.ToDo > 0).Select(
                    stage => string.Create(CultureInfo.InvariantCulture, $"{stage.Stage} {stage.ToDo:N0}")))
                : text;
        }

        public IRenderable Board()
        {
            if (_job is null)
            {
                return new Text("the job is gone");
            }

            var grid = new Grid().AddColumn().AddColumn(new GridColumn().RightAligned()).AddColumn();
            void Row(string name, long count, string rest = "") =>
                grid.AddRow(name, count.ToString("N0", CultureInfo.InvariantCulture), Markup.Escape(rest));

            var counts = _job.Counts;
            grid.AddRow($"[bold]{JobNames.Short(_job.JobId)}[/]", $"[bold]{_job.State.ToSql()}[/]", Markup.Escape(_job.Source));
            Row("discovered", counts.Discovered, Of().Trim() + Pace());
            Row("= ingested", counts.Ingested);
            Row("+ already known", counts.AlreadyKnown);
            Row("+ rejected", counts.Rejected);
            Row("+ failed", counts.Failed);
            foreach (var stage in _stages)
            {
                Row(Markup.Escape(stage.Stage), stage.ToDo, "to do" + (stage.Failed > 0 ? $", {stage.Failed:N0} failed" : ""));
            }

            if (_job.Error is { } error)
            {
                grid.AddRow("", "", $"[yellow]{Markup.Escape(error)}[/]");
            }

            if (_job.State is JobState.Planning or JobState.Running && _job.LeasedRanges == 0)
            {
                grid.AddRow("", "", "[yellow]no worker has it at present[/]");
            }

            return grid;
        }

        string Of() => _job!.Expected is { } all ? string.Create(CultureInfo.InvariantCulture, $" of {all:N0}") : "";

        string Pace()
        {
            var (at, discovered) = _before.Peek();
            var seconds = Stopwatch.GetElapsedTime(at).TotalSeconds;
            var rate = seconds > 0.5 ? (_job!.Counts.Discovered - discovered) / seconds : 0;
            if (rate < 0.1 || _job!.State != JobState.Running)
            {
                return "";
            }

            var text = string.Create(CultureInfo.InvariantCulture, $", {rate:N0}/s");
            var left = _job.Expected - _job.Counts.Discovered - _job.Filtered;
            return left > 0
                ? text + $", {TimeSpan.FromSeconds(Math.Round(left.Value / rate)):c} left"
                : text;
        }
    }
}
