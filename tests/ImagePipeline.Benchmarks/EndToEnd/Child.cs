using System.Diagnostics;

namespace ImagePipeline.Benchmarks.EndToEnd;

/// <summary>What a process used up to the last look at it.</summary>
/// <param name="CpuSeconds">Processor time.</param>
/// <param name="PeakBytes">Most memory resident at once.</param>
readonly record struct Usage(double CpuSeconds, long PeakBytes)
{
    /// <summary>The processor time since an earlier look.</summary>
    public Usage Since(Usage earlier) => this with { CpuSeconds = CpuSeconds - earlier.CpuSeconds };

    /// <summary>Looks at a process; one that is gone keeps <paramref name="known"/>.</summary>
    public static Usage Of(int pid, Usage known)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            var usage = new Usage(process.TotalProcessorTime.TotalSeconds, process.PeakWorkingSet64);
            return usage.PeakBytes > 0 ? usage : known;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
        {
            return known;
        }
    }
}

/// <summary>Runs a program of this repository to its end, and looks at it many times a second.</summary>
static class Child
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    /// <summary>Runs <paramref name="assembly"/>, which lies beside this one.</summary>
    /// <param name="assembly">File name.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="whileRunning">Called at every look with what the process used so far, or null.</param>
    /// <returns>Standard output, what the process used, and the seconds from start to end.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task<(string Output, Usage Usage, double Seconds)> RunAsync(
        string assembly, IEnumerable<string> arguments, Action<Usage>? whileRunning = null)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, assembly));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var clock = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var ended = process.WaitForExitAsync();
        var usage = default(Usage);
        while (await Task.WhenAny(ended, Task.Delay(Look)) != ended)
        {
            usage = Usage.Of(process.Id, usage);
            whileRunning?.Invoke(usage);
        }

        var seconds = clock.Elapsed.TotalSeconds;
        return process.ExitCode <= 1
            ? (await output, usage, seconds)
            : throw new InvalidOperationException($"{assembly} ended with {process.ExitCode}: {await error}");
    }
}
