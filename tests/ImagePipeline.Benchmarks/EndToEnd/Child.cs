using System.ComponentModel;
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
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return known;
        }
    }
}

/// <summary>Runs a program of this repository to its end, and looks at it many times a second.</summary>
static class Child
{
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);
    static bool _isBuilt;

    /// <summary>Runs this program again.</summary>
    public static Task<(string Output, Usage Usage, double Seconds)> AgainAsync(IEnumerable<string> arguments) =>
        RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "ImagePipeline.Benchmarks.dll"), .. arguments]);

    /// <summary>Runs <c>imagepipeline</c> as a user does, by the script in the root; where there are no scripts, what was built beside this.</summary>
    public static async Task<(string Output, Usage Usage, double Seconds)> ImagePipelineAsync(
        IEnumerable<string> arguments, Action<Usage>? whileRunning = null)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "ImagePipeline.slnx")))
        {
            root = root.Parent;
        }

        if (root is null || OperatingSystem.IsWindows())
        {
            return await RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "imagepipeline.dll"), .. arguments], whileRunning);
        }

        var script = Path.Combine(root.FullName, "imagepipeline");
        if (!_isBuilt)
        {
            await RunAsync(script, ["--version"]);
            _isBuilt = true;
        }

        return await RunAsync(script, arguments, whileRunning);
    }

    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Path, or name on the PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="whileRunning">Called at every look with what the process used so far, or null.</param>
    /// <returns>Standard output, what the process used, and the seconds from start to end.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message is what it said.</exception>
    public static async Task<(string Output, Usage Usage, double Seconds)> RunAsync(
        string program, IEnumerable<string> arguments, Action<Usage>? whileRunning = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
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
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await error}");
    }
}
