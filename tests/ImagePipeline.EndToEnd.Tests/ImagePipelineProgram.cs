using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>The built program, run as a user runs it.</summary>
sealed partial class ImagePipelineProgram : IDisposable
{
    const int Interrupt = 2;

    readonly Process _process;
    readonly Task<string> _out;
    readonly StringBuilder _error = new();
    readonly Stopwatch _clock = Stopwatch.StartNew();
    long _peakBytes;

    ImagePipelineProgram(Process process)
    {
        _process = process;
        process.ErrorDataReceived += (_, line) =>
        {
            lock (_error)
            {
                _error.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        _out = process.StandardOutput.ReadToEndAsync();
    }

    /// <summary>Beside this test, built with the same configuration.</summary>
    static string Path { get; } = System.IO.Path.Combine(
        Repository.Root, "artifacts", "bin", "ImagePipeline.Cli",
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "imagepipeline.dll");

    /// <summary>Runs the program to its end.</summary>
    public static async Task<CommandResult> RunAsync(params string[] arguments) =>
        await RunAsync(TimeSpan.FromMinutes(2), arguments);

    /// <summary>Runs the program to its end with further environment variables.</summary>
    public static async Task<CommandResult> RunAsync(IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        using var program = Start(settings, arguments);
        return await program.EndAsync(TimeSpan.FromMinutes(3));
    }

    /// <summary>Runs the program to its end, or kills it after a time, which fails the test.</summary>
    public static async Task<CommandResult> RunAsync(TimeSpan limit, params string[] arguments)
    {
        using var program = Start(arguments);
        return await program.EndAsync(limit);
    }

    /// <summary>Starts the program.</summary>
    public static ImagePipelineProgram Start(params string[] arguments) => Start(null, arguments);

    /// <summary>Starts the program with further environment variables.</summary>
    public static ImagePipelineProgram Start(IReadOnlyDictionary<string, string>? settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        foreach (var server in (string[])["IMAGEPIPELINE_POSTGRES", "IMAGEPIPELINE_RABBITMQ", "IMAGEPIPELINE_RABBITMQ_MANAGEMENT"])
        {
            start.Environment.Remove(server);
        }

        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ImagePipelineProgram(Process.Start(start)!);
    }

    /// <summary>What standard error has said so far.</summary>
    public string Error
    {
        get
        {
            lock (_error)
            {
                return _error.ToString();
            }
        }
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>What Ctrl-C does.</summary>
    public void SendInterrupt() => Assert.Equal(0, SendSignal(_process.Id, Interrupt));

    /// <summary>What kill -9 does.</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for the end.</summary>
    public async Task<CommandResult> EndAsync(TimeSpan limit)
    {
        var end = _process.WaitForExitAsync();
        while (await Task.WhenAny(end, Task.Delay(100)) != end)
        {
            _peakBytes = Math.Max(_peakBytes, ReadPeak());
            if (_clock.Elapsed > limit)
            {
                _process.Kill();
                Assert.Fail($"still running after {limit}\n{Error}");
            }
        }

        return new CommandResult(_process.ExitCode, await _out, Error, _peakBytes, _clock.Elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    long ReadPeak()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.AsSpan()[6..^3].Trim(), System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
