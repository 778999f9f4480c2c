using System.Collections.Concurrent;
using System.Diagnostics;

namespace ImagePipeline.Hosting;

/// <summary>How far one stage is in this process.</summary>
/// <param name="Stage">Name as in <c>image_stage.stage</c>.</param>
/// <param name="Expected">Images handed to the stage.</param>
/// <param name="Done">Images it stored a result for.</param>
/// <param name="Rejected">Images it found unusable.</param>
/// <param name="Failed">Images it could not treat for a reason outside the image.</param>
/// <param name="Busy">Time its workers spent at work, summed over workers.</param>
public sealed record StageProgress(string Stage, long Expected, long Done, long Rejected, long Failed, TimeSpan Busy)
{
    /// <summary>Images the stage still has to treat.</summary>
    public long Waiting => Expected - Done - Rejected - Failed;
}

/// <summary>
/// Counts, per stage of this process, what was handed over and what came out. The walk waits on it (back-pressure), the progress
/// bar reads it, and a run is over when nothing waits. Counts are never decreased; the database stays the truth.
/// </summary>
public sealed class StageLedger
{
    readonly ConcurrentDictionary<string, Counts> _stages = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Says that <paramref name="images"/> images are on their way to <paramref name="stage"/>.</summary>
    public void Expect(string stage, int images) => Interlocked.Add(ref Of(stage).Expected, images);

    /// <summary>Says what became of images handed to <paramref name="stage"/>.</summary>
    public void Complete(string stage, int done, int rejected = 0, int failed = 0)
    {
        var counts = Of(stage);
        Interlocked.Add(ref counts.Done, done);
        Interlocked.Add(ref counts.Rejected, rejected);
        Interlocked.Add(ref counts.Failed, failed);
        lock (_gate)
        {
            _changed.TrySetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Adds the time since <paramref name="startTimestamp"/> (<see cref="Stopwatch.GetTimestamp"/>) to the stage's working time.</summary>
    public void AddBusy(string stage, long startTimestamp) =>
        Interlocked.Add(ref Of(stage).BusyTicks, Stopwatch.GetElapsedTime(startTimestamp).Ticks);

    /// <summary>Every stage that was named so far, in order of name.</summary>
    public IReadOnlyList<StageProgress> Snapshot() =>
    [
        .. _stages.OrderBy(stage => stage.Key, StringComparer.Ordinal).Select(stage => new StageProgress(
            stage.Key,
            Interlocked.Read(ref stage.Value.Expected),
            Interlocked.Read(ref stage.Value.Done),
            Interlocked.Read(ref stage.Value.Rejected),
            Interlocked.Read(ref stage.Value.Failed),
            TimeSpan.FromTicks(Interlocked.Read(ref stage.Value.BusyTicks))))
    ];

    /// <summary>Waits until no stage has more than <paramref name="limit"/> images waiting; 0 waits until all work is done.</summary>
    public async Task WaitForRoomAsync(long limit, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                changed = _changed.Task;
            }

            if (Snapshot().All(stage => stage.Waiting <= limit))
            {
                return;
            }

            await changed.WaitAsync(cancel);
        }
    }

    Counts Of(string stage) => _stages.GetOrAdd(stage, static _ => new Counts());

    sealed class Counts
    {
        public long Expected;
        public long Done;
        public long Rejected;
        public long Failed;
        public long BusyTicks;
    }
}
