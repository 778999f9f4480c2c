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

        await page.ClickAsync("[data-reason]", "empty_file");
        await page.UntilAsync("document.querySelectorAll('.files li').length === 1");

        Assert.StartsWith($"{images}", await page.TextAsync(".figure"), StringComparison.Ordinal);
        Assert.Contains("empty.jpg", await page.TextAsync(".files"), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }
}
