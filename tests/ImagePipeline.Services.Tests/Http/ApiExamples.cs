using System.Diagnostics;
using System.Text.RegularExpressions;
using static ImagePipeline.Services.Tests.Http.UploadBodies;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Every example of docs/api.md, run as it stands.</summary>
public sealed partial class ApiExamples
{
    [Fact]
    public async Task Run_as_they_stand()
    {
        await using var service = await IngestProcess.StartAsync(
            ("Access__Keys__0__Name", "tests"), ("Access__Keys__0__Key", IngestProcess.Key),
            ("Ingest__AllowedSources__0", "s3://photos"), ("S3__ServiceUrl", "http://127.0.0.1:9"),
            ("AWS_ACCESS_KEY_ID", "nobody"), ("AWS_SECRET_ACCESS_KEY", "nothing"));
        await service.ReadyAsync();
        await File.WriteAllBytesAsync(Path.Combine(service.Folder, "harbour.jpg"), Jpeg(1), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(service.Folder, "forest.png"), Png(2), TestContext.Current.CancellationToken);

        var page = await File.ReadAllTextAsync(RepositoryFiles.At("docs", "api.md"), TestContext.Current.CancellationToken);
        var examples = Shell().Matches(page).Select(match => match.Groups[1].Value)
            .Where(example => !example.StartsWith("export ", StringComparison.Ordinal)).ToArray();
        foreach (var example in examples)
        {
            await RunAsync(example, service);
        }

        Assert.True(examples.Length >= 5, $"only {examples.Length} examples were run");
        Assert.Equal("3 2 1 0 0 t", await service.CountsAsync());
        Assert.Equal("cancelled", await service.RowAsync("SELECT state FROM ingest_job WHERE kind = 's3'"));
    }

    static async Task RunAsync(string example, IngestProcess service)
    {
        using var shell = new Process
        {
            StartInfo = new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", example])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = service.Folder,
                Environment = { ["API"] = service.Url, ["KEY"] = IngestProcess.Key },
            },
        };
        shell.Start();
        var output = shell.StandardOutput.ReadToEndAsync();
        var errors = await shell.StandardError.ReadToEndAsync();
        await shell.WaitForExitAsync();

        Assert.True(shell.ExitCode == 0, $"{example}\nended with {shell.ExitCode}: {await output}{errors}");
    }

    [GeneratedRegex("```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
