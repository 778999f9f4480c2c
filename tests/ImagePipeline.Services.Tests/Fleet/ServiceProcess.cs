using System.Diagnostics;
using System.Text;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>A service of the fleet as a process of its own.</summary>
public sealed class ServiceProcess : IAsyncDisposable
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly StringBuilder _said = new();

    ServiceProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
    }

    /// <summary>Everything it wrote.</summary>
    public string Said
    {
        get
        {
            lock (_said)
            {
                return _said.ToString();
            }
        }
    }

    /// <summary>Starts <c>ImagePipeline.NAME</c>.</summary>
    public static ServiceProcess Start(string name, IEnumerable<(string Key, string Value)> settings)
    {
        var program = RepositoryFiles.At("artifacts", "bin", $"ImagePipeline.{name}", "release", $"ImagePipeline.{name}.dll");
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(program);
        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        var service = new ServiceProcess(new Process { StartInfo = start });
        service._process.Start();
        service._process.BeginOutputReadLine();
        service._process.BeginErrorReadLine();
        return service;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM.</summary>
    public void Ask()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    /// <summary>Waits for the end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Deadline);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until something holds, or fails with what the services said.</summary>
    public static async Task UntilAsync(Func<Task<bool>> holds, params ServiceProcess[] services)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await holds())
        {
            Assert.True(
                Stopwatch.GetElapsedTime(started) < Deadline,
                $"not within {Deadline}: {string.Join("\n----\n", services.Select(service => service.Said))}");
            await Task.Delay(200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    void Note(string? line)
    {
        lock (_said)
        {
            _said.AppendLine(line);
        }
    }
}
