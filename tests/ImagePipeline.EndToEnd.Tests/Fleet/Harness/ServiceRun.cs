using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>One copy of a service: a program that is started, killed, stopped and started again with the same environment.</summary>
sealed partial class ServiceRun : IAsyncDisposable
{
    /// <summary>What a service may take beyond the time it states for its batches.</summary>
    public static readonly TimeSpan Overhead = TimeSpan.FromSeconds(15);

    const int LinesKept = 400;

    /// <summary>Exit code of a service that found its database away when it started.</summary>
    const int Unavailable = 3;

    readonly IReadOnlyDictionary<string, string> _environment;
    readonly Queue<string> _lines = new();
    Process _process = null!;
    bool _isWanted;

    /// <summary>Where services are published, a folder each, which are then started in place of those of the same build as this program.</summary>
    public static string? PublishedTo { get; set; }

    ServiceRun(string name, IReadOnlyDictionary<string, string> environment) => (Name, _environment) = (name, environment);

    /// <summary>Ingest, Hasher, Embedder or Clusterer.</summary>
    public string Name { get; }

    /// <summary>Times it was killed.</summary>
    public int Kills { get; private set; }

    /// <summary>Times it ended because its database was away, and was started again.</summary>
    public int Restarts { get; private set; }

    /// <summary>Most memory resident at once, over all its lives so far.</summary>
    public long PeakBytes { get; private set; }

    /// <summary>Processor time of its present life.</summary>
    public double CpuSeconds => _process.TotalProcessorTime.TotalSeconds;

    /// <summary>Whether it is connected to the broker, in its present life.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Where health and metrics are in its present life; null before it says so.</summary>
    public Uri? Url { get; private set; }

    /// <summary>Whether it lives.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>The last lines it wrote.</summary>
    public string Said
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts <c>ImagePipeline.NAME</c> of the same build as this program.</summary>
    public static ServiceRun Start(string name, IReadOnlyDictionary<string, string> environment)
    {
        var service = new ServiceRun(name, environment);
        service.Start();
        return service;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        Look();
        _isWanted = false;
        _process.Kill();
        await _process.WaitForExitAsync();
        Kills++;
    }

    /// <summary>Starts it after it was killed or stopped.</summary>
    public void StartAgain()
    {
        _process.Dispose();
        Start();
    }

    /// <summary>What a supervisor does: starts it again where it has ended because a part was missing.</summary>
    /// <exception cref="InvalidOperationException">It ended by itself for another reason.</exception>
    public void Supervise()
    {
        if (!_isWanted || !_process.HasExited)
        {
            return;
        }

        if (_process.ExitCode != Unavailable)
        {
            throw new InvalidOperationException($"{Name} ended by itself with {_process.ExitCode}\n{Said}");
        }

        Restarts++;
        StartAgain();
    }

    /// <summary>SIGTERM; the exit code, and how long the end took.</summary>
    /// <param name="stated">The time it states for its batches.</param>
    public async Task<(int ExitCode, TimeSpan Took)> StopAsync(TimeSpan stated)
    {
        Look();
        _isWanted = false;
        var started = Stopwatch.GetTimestamp();
        using (var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]))
        {
            await kill.WaitForExitAsync();
        }

        using var limit = new CancellationTokenSource(stated + Overhead);
        await _process.WaitForExitAsync(limit.Token);
        return (_process.ExitCode, Stopwatch.GetElapsedTime(started));
    }

    /// <summary>Takes a look at its memory.</summary>
    public void Look()
    {
        try
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status")
                .FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            PeakBytes = Math.Max(
                PeakBytes, line is null ? 0 : 1024 * long.Parse(line.AsSpan()[6..^3].Trim(), CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            // It is gone; what was seen before stands.
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    void Start()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(Folder(), $"ImagePipeline.{Name}.dll")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (key, value) in _environment)
        {
            start.Environment[key] = value;
        }

        (IsReady, Url) = (false, null);
        _isWanted = true;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    [GeneratedRegex(@"health and metrics at (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Announced();

    string Folder() => PublishedTo is { } folder
        ? Path.Combine(folder, Name)
        : Path.Combine(
            Checkout.Root, "artifacts", "bin", $"ImagePipeline.{Name}",
            Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)));

    void Note(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            IsReady |= line.Contains("Bus started", StringComparison.Ordinal);
            Url ??= Announced().Match(line) is { Success: true } said ? new Uri(said.Groups[1].Value) : null;
            _lines.Enqueue(line.Length > 2000 ? line[..2000] : line);
            if (_lines.Count > LinesKept)
            {
                _lines.Dequeue();
            }
        }
    }
}
