using System.Diagnostics;

namespace ImagePipeline.Benchmarks;

/// <summary>Rates of threads, and medians of rounds.</summary>
static class Rates
{
    /// <summary>Calls a second of all threads together, over <paramref name="time"/>.</summary>
    /// <param name="threads">Threads that call.</param>
    /// <param name="time">How long; at least one call per thread is made.</param>
    /// <param name="work">Gets the number of the call.</param>
    public static double PerSecond(int threads, TimeSpan time, Action<int> work)
    {
        var clock = Stopwatch.StartNew();
        var done = 0;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            do
            {
                work(Interlocked.Increment(ref done) - 1);
            }
            while (clock.Elapsed < time);
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return done / clock.Elapsed.TotalSeconds;
    }

    /// <summary>The middle value; of an even number, the upper one of the middle two.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
