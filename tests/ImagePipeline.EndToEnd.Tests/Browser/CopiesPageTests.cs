namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>The copies view, clicked through and by keys; each test takes back what it decides.</summary>
[Collection(nameof(OnServed))]
public sealed class CopiesPageTests(ServedPictures served)
{
    [Fact]
    public async Task Not_a_copy_dissolves_a_pair_and_undo_brings_it_back()
    {
        await using var page = await OpenAsync();
        var (image, group) = await FirstPairAsync();
        await page.GoAsync($"{served.Url}/#/copies?image={image}");
        await page.UntilAsync("document.querySelectorAll('.group').length === 1 && document.querySelector('.card')");

        await page.ClickAsync(".card:nth-child(2) button", "Not a copy");
        await page.UntilAsync("document.querySelector('.group.done')");

        Assert.Equal(0, await GroupsOfAsync(image));
        await page.ClickAsync(".group.done button", "Undo");
        await page.UntilAsync("document.querySelectorAll('.group .card').length === 2");
        Assert.Equal(group, (await served.AskAsync($"/v1/images/{image}/duplicates")).GetProperty("groups")[0].GetProperty("group_id").GetString());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Keeping_the_suggested_one_by_key_makes_a_list_and_undo_empties_it()
    {
        await using var page = await OpenAsync();
        var open = await OpenGroupsAsync();

        await page.ClickAsync(".group .view");
        await page.PressAsync("Enter");
        await page.UntilAsync("document.querySelector('.group.done')");

        Assert.Equal(open - 1, await OpenGroupsAsync());
        var list = await served.ReadAsync("/v1/duplicates/decisions");
        Assert.Contains("\nkeep,\"file://", list, StringComparison.Ordinal);
        Assert.Contains("\nremove,\"file://", list, StringComparison.Ordinal);
        await page.PressAsync("u");
        await page.UntilAsync("!document.querySelector('.group.done')");
        Assert.Equal(open, await OpenGroupsAsync());
        Assert.Equal("decision,uri,group_id,image_id,reason\n", await served.ReadAsync("/v1/duplicates/decisions"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Keep_all_holds_after_a_reload_until_it_is_taken_back()
    {
        await using var page = await OpenAsync();
        var open = await OpenGroupsAsync();

        await page.ClickAsync(".group button", "Keep all");
        await page.UntilAsync("document.querySelector('.group.done')");
        var kept = (await served.AskAsync("/v1/duplicates?state=decided")).GetProperty("groups");

        Assert.Equal(1, kept.GetArrayLength());
        Assert.All(kept[0].GetProperty("files").EnumerateArray(), file => Assert.Equal("keep", file.GetProperty("decision").GetString()));
        await page.ClickAsync(".group.done button", "Undo");
        await page.UntilAsync("!document.querySelector('.group.done')");
        Assert.Equal(open, await OpenGroupsAsync());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_decision_that_is_decided_anew_and_taken_back_is_shown_as_it_then_is()
    {
        await using var page = await OpenAsync();
        var open = await OpenGroupsAsync();
        await page.ClickAsync(".group .main");
        await page.UntilAsync("document.querySelector('.group.done')");
        await page.GoAsync($"{served.Url}/?again#/copies?state=decided");
        await page.UntilAsync("document.querySelector('.group .badge.decided')");

        await page.ClickAsync(".group button", "Keep all");
        await page.UntilAsync("document.querySelector('.group.done')");
        await page.ClickAsync(".group.done button", "Undo");
        await page.UntilAsync("document.querySelector('.group .card')");

        Assert.Equal(open, await OpenGroupsAsync());
        Assert.Equal(0, await page.CountAsync(".badge.decided"));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Rules_are_previewed_applied_to_all_groups_and_taken_back_at_once()
    {
        await using var page = await OpenAsync();
        var open = await OpenGroupsAsync();

        await page.ClickAsync(".filters button", "Rules");
        await page.EvaluateAsync(
            "(e => { e.value = 'smallest'; e.dispatchEvent(new Event('change', { bubbles: true })); })(document.querySelector('dialog select[name=rule0]'))");
        await page.TypeAsync("dialog input[name=tag]", "spare");
        await page.ClickAsync("dialog button", "Preview");
        await page.UntilAsync("document.querySelector('.preview .total')");
        Assert.StartsWith($"{open} groups", await page.TextAsync(".preview .total"), StringComparison.Ordinal);
        Assert.Equal(open, await OpenGroupsAsync());
        await page.ClickAsync("dialog button", "Decide so");
        await page.UntilAsync("document.querySelector('.summary').innerText.startsWith('Nothing to decide')");

        Assert.Equal(0, await OpenGroupsAsync());
        Assert.NotEmpty((await served.AskAsync("/v1/images?tag=spare")).GetProperty("images").EnumerateArray());
        await page.ClickAsync(".filters button", "Undo");
        await page.UntilAsync("document.querySelector('.group .card')");
        Assert.Equal(open, await OpenGroupsAsync());
        Assert.Empty((await served.AskAsync("/v1/tags")).GetProperty("tags").EnumerateArray());
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Two_files_are_compared_beside_each_other_in_turns_and_by_difference()
    {
        await using var page = await OpenAsync();

        await page.ClickAsync(".group button", "Compare");
        await page.UntilAsync("document.querySelectorAll('.pair canvas').length === 2");
        await page.PressAsync("2");
        await page.UntilAsync("document.querySelectorAll('.over canvas').length === 2");
        await page.PressAsync("3");
        await page.UntilAsync("document.querySelector('.compare-stage figcaption')?.innerText.match(/Mean difference|Not one pixel/)");

        Assert.True(await page.CountAsync(".versus mark") > 0);
        await page.PressAsync("Escape");
        await page.UntilAsync("!document.querySelector('dialog')");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Where_a_key_is_needed_the_page_asks_for_it_once_and_goes_on()
    {
        Chromium.Require();
        const string Key = "a-key-that-nobody-else-has";
        var (program, url) = await served.ServeAsync(new Dictionary<string, string>
        {
            ["Access__Keys__0__Name"] = "tests",
            ["Access__Keys__0__Key"] = Key,
        });
        using var ending = program;
        await using var page = await served.OpenAtAsync($"{url}/#/copies");
        var open = await OpenGroupsAsync();

        await page.ClickAsync(".group button", "Keep all");
        await page.UntilAsync("document.querySelector('dialog input[name=key]')");
        Assert.Equal(open, await OpenGroupsAsync());
        await page.TypeAsync("dialog input[name=key]", Key);
        await page.UntilAsync("document.querySelector('.group.done')");

        Assert.Equal(open - 1, await OpenGroupsAsync());
        await page.ClickAsync(".group.done button", "Undo");
        await page.UntilAsync("!document.querySelector('.group.done')");
        Assert.Equal(open, await OpenGroupsAsync());
    }

    async Task<BrowserPage> OpenAsync()
    {
        var page = await served.OpenAsync("#/copies");
        await page.UntilAsync("document.querySelector('.group .card img')");
        return page;
    }

    async Task<int> OpenGroupsAsync() => (await served.AskAsync("/v1/duplicates?limit=200")).GetProperty("groups").GetArrayLength();

    async Task<int> GroupsOfAsync(string image) =>
        (await served.AskAsync($"/v1/images/{image}/duplicates")).GetProperty("groups").GetArrayLength();

    /// <summary>A group of two different images: one of them, and the group.</summary>
    async Task<(string Image, string Group)> FirstPairAsync()
    {
        var groups = (await served.AskAsync("/v1/duplicates?kind=edited_copy&limit=200")).GetProperty("groups").EnumerateArray();
        var pair = groups.First(group => group.GetProperty("files").GetArrayLength() == 2);
        return (pair.GetProperty("files")[1].GetProperty("image_id").GetString()!, pair.GetProperty("group_id").GetString()!);
    }
}
