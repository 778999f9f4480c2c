using System.Collections.Concurrent;
using System.Diagnostics;

namespace ImagePipeline.Cli.Bench;

/// <summary>Repeats work for a time and says how often a second; every worker calls at least once.</summary>
static class BenchLoops
{
    /// <summary>Calls a second of threads of their own.</summary>
    /// <param name="threads">Threads that call.</param>
    /// <param name="time">How long.</param>
    /// <param name="begin">Makes a thread's work, on that thread and before the clock starts; it gets the number of the call.</param>
    /// <param name="cancel">Ends it early.</param>
    public static double OnThreads(int threads, TimeSpan time, Func<Action<int>> begin, CancellationToken cancel)
    {
        var clock = new Stopwatch();
        var calls = 0;
        using var ready = new Barrier(threads, _ => clock.Start());
        var failed = default(Exception);
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            try
            {
                var work = begin();
                ready.SignalAndWait(cancel);
                do
                {
                    work(Interlocked.Increment(ref calls) - 1);
                }
                while (clock.Elapsed < time && !cancel.IsCancellationRequested && Volatile.Read(ref failed) is null);
            }
#pragma warning disable CA1031 // Handed to the caller, on whose behalf this thread works.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                Volatile.Write(ref failed, fault);
                ready.RemoveParticipant();
            }
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        cancel.ThrowIfCancellationRequested();
        return failed is null ? calls / clock.Elapsed.TotalSeconds : throw failed;
    }

    /// <summary>Calls a second of callers that wait for each other's resources and not on threads.</summary>
    /// <remarks>Calls end in bursts of a batch, and the first and the last batches run while others do not. So the rate is the slope of the line
    /// through the ends within the time (least squares); where there are fewer than three bursts, calls by time over everything.</remarks>
    /// <param name="callers">Callers side by side.</param>
    /// <param name="burst">Calls that end together.</param>
    /// <param name="time">How long.</param>
    /// <param name="work">Gets the number of the call.</param>
    /// <param name="cancel">Ends it early.</param>
    public static async Task<double> SideBySideAsync(
        int callers, int burst, TimeSpan time, Func<int, Task> work, CancellationToken cancel)
    {
        var calls = 0;
        var ends = new ConcurrentBag<TimeSpan>();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            do
            {
                await work(Interlocked.Increment(ref calls) - 1);
                ends.Add(clock.Elapsed);
            }
            while (clock.Elapsed < time && !cancel.IsCancellationRequested);
        }, cancel)));
        var all = clock.Elapsed;
        double[] within = [.. ends.Where(end => end <= time).Select(end => end.TotalSeconds).Order()];
        return within.Length < 3 * burst || within[0] == within[^1] ? calls / all.TotalSeconds : Slope(within);
    }

    /// <summary>How many more lie below a time for each unit of it; sorted, at least two of them different.</summary>
    static double Slope(double[] ends)
    {
        var (meanAt, meanEnd) = ((ends.Length - 1) / 2.0, ends.Average());
        var spread = ends.Sum(end => (end - meanEnd) * (end - meanEnd));
        return ends.Select((end, at) => (at - meanAt) * (end - meanEnd)).Sum() / spread;
    }

    /// <summary>The value below which a share of all lies, 0 to 1.</summary>
    public static double Quantile(IReadOnlyCollection<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
