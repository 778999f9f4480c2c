namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>The search view, clicked through.</summary>
[Collection(nameof(OnServed))]
public sealed class SearchPageTests(ServedPictures served)
{
    const string Tile = ".tile .face";

    [Fact]
    public async Task A_picture_that_is_chosen_is_found_first_and_leads_on()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");
        var path = served.PathOf(ServedPictures.Plan.First(file => file.Path.StartsWith("nature/", StringComparison.Ordinal)).Path);

        await page.ChooseFileAsync(".query button", path, "Choose");
        await page.UntilAsync("document.querySelector('.summary').innerText.includes('nearest')");
        await page.UntilAsync("document.querySelector('.tile .far')?.innerText === '0.000'");
        await page.ClickAsync(Tile);
        await page.UntilAsync("document.querySelector('dialog .facts')");

        Assert.Contains(Path.GetFileName(path), await page.TextAsync("dialog"), StringComparison.Ordinal);
        await page.ClickAsync("dialog button", "More like this");
        await page.UntilAsync("location.hash.includes('like=') && !document.querySelector('dialog')");
        await page.UntilAsync("document.querySelector('.query p')?.innerText === 'More like this one'");
        await page.ClickAsync(".query a", "Its copies");
        await page.UntilAsync("location.hash.startsWith('#/copies?image=') && document.querySelector('.summary').innerText.length > 10");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Filters_narrow_what_is_shown_and_clearing_them_brings_it_back()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelector('.summary').innerText.includes('pictures')");
        var all = await page.TextAsync(".summary");
        var found = (await served.AskAsync("/v1/images?path=STUDIO&limit=500")).GetProperty("images").GetArrayLength();

        await page.TypeAsync("input[name=path]", "studio");
        await page.UntilAsync("location.hash.includes('path=studio')");
        await page.UntilAsync($"document.querySelectorAll('{Tile}').length === {found}");

        Assert.InRange(found, 1, 59);
        await page.ClickAsync(".filters button", "Clear");
        await page.UntilAsync($"document.querySelector('.summary').innerText === {System.Text.Json.JsonSerializer.Serialize(all)}");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_folder_is_suggested_as_it_is_typed_and_narrows_what_is_shown()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");
        var folder = Path.GetDirectoryName(served.PathOf("studio/x.jpg"))! + "/";
        var found = (await served.AskAsync($"/v1/images?folder={folder}&limit=500")).GetProperty("images").GetArrayLength();

        await page.ClickAsync("input[name=folder]");
        await page.UntilAsync($"[...document.querySelectorAll('#folders option')].some(one => one.value === {System.Text.Json.JsonSerializer.Serialize(folder)})");
        await page.TypeAsync("input[name=folder]", folder);
        await page.UntilAsync($"document.querySelectorAll('{Tile}').length === {found}");

        Assert.InRange(found, 1, 59);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Arrow_keys_walk_the_grid_and_enter_opens_a_picture()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");

        await page.EvaluateAsync($"document.querySelector('{Tile}').focus()");
        await page.PressAsync("ArrowRight");
        await page.PressAsync("ArrowDown");
        var columns = (await page.EvaluateAsync("Number(document.querySelector('.grid').style.getPropertyValue('--columns'))")).GetInt32();

        Assert.Equal($"{columns + 1}", (await page.EvaluateAsync("document.activeElement.dataset.index")).GetString());
        await page.PressAsync("Enter");
        await page.UntilAsync("document.querySelector('dialog[open] img')?.complete");
        await page.PressAsync("Escape");
        await page.UntilAsync("!document.querySelector('dialog')");
        Assert.Empty(page.Errors);
    }

    [Theory]
    [InlineData(360)]
    [InlineData(1280)]
    public async Task Nothing_sticks_out_of_the_window_and_every_picture_is_shown(int widthPx)
    {
        foreach (var view in new[] { "#/search", "#/copies", "#/clusters", "#/clusters?map=1", "#/status" })
        {
            await using var page = await served.OpenAsync(view, widthPx);
            await page.UntilAsync("document.querySelector('.tile, .group, .figure, .cluster, .map')");
            await page.UntilAsync("[...document.images].every(image => image.complete)");

            Assert.Equal(widthPx, (await page.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32());
            Assert.Equal(0, (await page.EvaluateAsync("[...document.images].filter(image => !image.naturalWidth).length")).GetInt32());
            Assert.Equal(0, (await page.EvaluateAsync(
                "[...document.querySelectorAll('button, a, input, select')].filter(e => e.offsetParent && !(e.innerText || e.ariaLabel || e.labels?.length || e.title)).length")).GetInt32());
            Assert.Empty(page.Errors);
            Assert.NotEmpty(page.Requests);
            // The browser draws its own fields from data: addresses.
            Assert.All(
                page.Requests.Where(request => !request.StartsWith("data:", StringComparison.Ordinal)),
                request => Assert.StartsWith(served.Url + "/", request, StringComparison.Ordinal));
        }
    }
}
