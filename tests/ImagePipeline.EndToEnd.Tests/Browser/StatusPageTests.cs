using System.Text.Json;
using System.Text.RegularExpressions;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>The status view.</summary>
[Collection(nameof(OnServed))]
public sealed class StatusPageTests(ServedPictures served)
{
    [Fact]
    public async Task Counts_stages_and_the_files_behind_a_reason_are_shown()
    {
        await using var page = await served.OpenAsync("#/status");
        await page.UntilAsync("document.querySelectorAll('tbody tr').length >= 4");
        var images = (await served.AskAsync("/v1/status")).GetProperty("images").GetInt32();

        await page.ClickAsync("[data-reason=empty_file]", "The file is empty");
        await page.UntilAsync("document.querySelectorAll('.files li').length === 1");

        Assert.StartsWith($"{images}", await page.TextAsync(".figure"), StringComparison.Ordinal);
        Assert.Contains("empty.jpg", await page.TextAsync(".files"), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task What_failed_names_the_command_that_tries_it_again_and_that_does_it()
    {
        Chromium.Require();
        var manifest = Path.Combine(served.Data, "manifest.txt");
        await File.WriteAllTextAsync(manifest, "gone.jpg\n", TestContext.Current.CancellationToken);
        var failed = await ImagePipelineProgram.RunAsync("ingest", Path.GetDirectoryName(served.PathOf("gone.jpg"))!, "--manifest", manifest, "--data", served.Data, "--no-progress");
        Assert.True(failed.ExitCode == 1, failed.Error);
        await using var page = await served.OpenAsync("#/status");

        await page.ClickAsync("[data-reason=vanished]", "Gone when it was read");
        await page.UntilAsync("document.querySelectorAll('.files li').length === 1");
        Assert.Contains("gone.jpg", await page.TextAsync(".files"), StringComparison.Ordinal);
        var command = await page.TextAsync(".retries code");
        await page.ClickAsync(".retries button", "Copy");
        await page.UntilAsync("document.querySelector('.toast')");
        Assert.Equal(0, await page.CountAsync(".retries button.main"));
        // As a shell would part it.
        var parts = Regex.Matches(command, "'[^']*'|\\S+").Select(part => part.Value.Trim('\'')).ToArray();
        Assert.Equal("imagepipeline", parts[0]);
        var retried = (await ImagePipelineProgram.RunAsync([.. parts[1..], "--no-progress", "--json"])).Expect(1).Json;

        Assert.Equal((1, 0, 0, "{}", """{"vanished":1}"""), JobReports.Counts(retried));
        // It failed again, and now belongs to the job that tried. The page shows no command for a moment while it is tried.
        await page.UntilAsync(
            $"(document.querySelector('.retries code')?.innerText ?? {JsonSerializer.Serialize(command)}) !== {JsonSerializer.Serialize(command)}");
        Assert.Empty(page.Errors);
    }
}
