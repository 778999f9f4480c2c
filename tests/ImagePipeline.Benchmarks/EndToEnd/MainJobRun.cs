using System.Diagnostics;
using System.Text.Json;

namespace ImagePipeline.Benchmarks.EndToEnd;

/// <summary>One run of the main job.</summary>
/// <param name="Images">Files that went into the database.</param>
/// <param name="Seconds">The job alone, as it reports.</param>
/// <param name="StartSeconds">What the process took besides: starting, making and starting the database, opening the model.</param>
/// <param name="Job">What the process used meanwhile.</param>
/// <param name="Database">What the process of the embedded database used meanwhile.</param>
/// <param name="Report">The whole report.</param>
sealed record MainJobRun(int Images, double Seconds, double StartSeconds, Usage Job, Usage Database, JsonElement Report)
{
    /// <summary>Runs <c>imagepipeline run</c> on a folder into a fresh data folder, which is removed afterwards.</summary>
    public static async Task<MainJobRun> StartAsync(string folder)
    {
        var data = Directory.CreateTempSubdirectory("ip-bench-").FullName;
        try
        {
            var looks = new List<(double At, Usage Job, Usage Database)>();
            var clock = Stopwatch.StartNew();
            var (output, _, seconds) = await Child.ImagePipelineAsync(
                ["run", folder, "--data", data, "--json", "--no-progress"], job =>
                {
                    var known = looks.LastOrDefault().Database;
                    looks.Add((
                        clock.Elapsed.TotalSeconds, job, DatabaseProcess(data) is { } pid ? Usage.Of(pid, known) : known));
                });
            var report = JsonDocument.Parse(output).RootElement;
            var jobSeconds = report.GetProperty("seconds").GetDouble();
            var begin = looks.LastOrDefault(look => look.At <= seconds - jobSeconds);
            var end = looks.LastOrDefault();
            return new MainJobRun(
                report.GetProperty("ingested").GetInt32(), jobSeconds, seconds - jobSeconds,
                end.Job.Since(begin.Job), end.Database.Since(begin.Database), report);
        }
        finally
        {
            await RemoveAsync(data);
        }
    }

    static int? DatabaseProcess(string data)
    {
        try
        {
            var endpoint = JsonDocument.Parse(File.ReadAllText(Path.Combine(data, "db", "endpoint.json"))).RootElement;
            return endpoint.TryGetProperty("pid", out var pid) ? pid.GetInt32() : null;
        }
        catch (Exception fault) when (fault is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Ends the database that this run started, which would otherwise wait for a next command, and removes its data.</summary>
    static async Task RemoveAsync(string data)
    {
        if (DatabaseProcess(data) is { } pid)
        {
            using var server = Process.GetProcessById(pid);
            server.Kill();
            await server.WaitForExitAsync();
        }

        Directory.Delete(data, recursive: true);
    }
}
