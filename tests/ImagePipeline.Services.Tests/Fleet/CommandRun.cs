using System.Diagnostics;
using System.Text.Json;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>How the command line ended and what it said.</summary>
/// <param name="ExitCode">As the shell sees it.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
sealed record CommandRun(int ExitCode, string Out, string Error)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    static string Program => RepositoryFiles.At("artifacts", "bin", "ImagePipeline.Cli", "release", "imagepipeline.dll");

    /// <summary>Standard output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    /// <summary>Runs the program with an environment of its own.</summary>
    public static async Task<CommandRun> RunAsync(IEnumerable<(string Key, string Value)> settings, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var inherited in start.Environment.Keys.Where(key => key.StartsWith("IMAGEPIPELINE_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(inherited);
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[key] = value;
        }

        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Deadline);
        await process.WaitForExitAsync(limit.Token);
        return new CommandRun(process.ExitCode, await said, await complained);
    }

    /// <summary>This run, once it is sure that it ended as expected.</summary>
    public CommandRun Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n{Out}\n{Error}");
        return this;
    }
}
