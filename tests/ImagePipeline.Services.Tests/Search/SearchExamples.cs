using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>The examples of docs/api.md that ask the search service, run as they stand.</summary>
[Collection(nameof(OnSearchHost))]
public sealed partial class SearchExamples(SearchHost host)
{
    [Fact]
    public async Task Run_as_they_stand()
    {
        var place = Directory.CreateTempSubdirectory("ip-examples-").FullName;
        var image = (await host.GetAsync("/v1/images?path=nature&limit=1")).GetProperty("images")[0].GetProperty("files")[0].GetString()!;
        File.Copy(image, Path.Combine(place, "harbour.jpg"));
        var page = await File.ReadAllTextAsync(RepositoryFiles.At("docs", "api.md"), TestContext.Current.CancellationToken);
        var examples = Shell().Matches(page).Select(match => match.Groups[1].Value).ToArray();
        foreach (var example in examples)
        {
            using var shell = Process.Start(new ProcessStartInfo("bash", ["-eu", "-c", example])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = place,
                Environment = { ["SEARCH"] = host.Client.BaseAddress!.ToString().TrimEnd('/') },
            })!;
            var output = shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var errors = await shell.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await shell.WaitForExitAsync(TestContext.Current.CancellationToken);

            Assert.True(shell.ExitCode == 0, $"{example}\nended with {shell.ExitCode}: {await output}{errors}");
        }

        Assert.True(examples.Length >= 2, $"only {examples.Length} examples were run");
        Assert.True(new FileInfo(Path.Combine(place, "small.jpg")).Length > 0);
        Assert.Equal(["0 0"], await host.RowsAsync("SELECT (SELECT count(*) FROM duplicate_decision), (SELECT count(*) FROM cluster_decision)"));
        Directory.Delete(place, recursive: true);
    }

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
