using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>Lists that are asked for in pages, while what is asked for changes.</summary>
[Collection(nameof(OnServed))]
public sealed class EndlessListTests(ServedPictures served)
{
    [Fact]
    public async Task A_filter_that_changes_while_pictures_come_shows_none_of_them_twice()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelector('.summary').innerText.includes('pictures')");
        var all = await page.TextAsync(".summary");
        var tiles = await page.CountAsync(".tile .face");

        await page.EvaluateAsync(
            """
            (async () => {
              for (const filter of ['?format=png', '?format=jpeg', '']) {
                location.hash = '#/search' + filter;
                await new Promise(done => setTimeout(done));
              }
            })()
            """);
        await page.UntilAsync($"document.querySelector('.summary').innerText === {JsonSerializer.Serialize(all)}");
        // An answer later than those that are under way.
        await page.EvaluateAsync("fetch('/v1/images?limit=500').then(answer => answer.json()).then(() => new Promise(requestAnimationFrame))");

        Assert.Equal(all, await page.TextAsync(".summary"));
        Assert.Equal(tiles, await page.CountAsync(".tile .face"));
        Assert.Empty(page.Errors);
    }
}
