using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>Tags in the page, by mouse and by keys.</summary>
[Collection(nameof(OnServed))]
public sealed class TagPageTests(ServedPictures served)
{
    const string Tag = "beach <img src=x onerror=window.hurt=1> 50%/50";

    [Fact]
    public async Task A_tag_is_given_leads_to_its_pictures_narrows_the_search_and_is_taken_away()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");

        await page.ClickAsync(".tile .face");
        await page.TypeAsync("dialog input[name=new_tag]", Tag);
        await page.UntilAsync($"document.querySelector('.tag .word')?.innerText === {Quoted(Tag)}");
        await page.TypeAsync("dialog input[name=new_tag]", "sea");
        await page.UntilAsync("document.querySelectorAll('.tag').length === 2");
        Assert.Equal(2, await CountAsync());
        await page.ClickAsync(".tag .word", Tag);
        await page.UntilAsync("!document.querySelector('dialog') && document.querySelectorAll('.tile').length === 1");
        Assert.Equal(Tag, (await page.EvaluateAsync("document.querySelector('.filters input[name=tag]').value")).GetString());

        await page.ClickAsync(".filters button", "Clear");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");
        await page.ClickAsync(".filters input[name=tag]");
        await page.UntilAsync("[...document.querySelectorAll('#tags option')].some(one => one.value === 'sea')");
        await page.TypeAsync(".filters input[name=tag]", "sea");
        await page.UntilAsync("document.querySelectorAll('.tile').length === 1");

        await page.ClickAsync(".tile .face");
        await page.UntilAsync("document.querySelectorAll('.tag .away').length === 2");
        await page.ClickAsync(".tag .away");
        await page.UntilAsync("document.querySelectorAll('.tag').length === 1");
        await page.EvaluateAsync("document.querySelector('.tag .away').focus()");
        await page.PressAsync("Enter");
        await page.UntilAsync("document.querySelectorAll('.tag').length === 0");
        Assert.Equal("new_tag", (await page.EvaluateAsync("document.activeElement.name")).GetString());
        Assert.Equal(0, await CountAsync());
        Assert.False((await page.EvaluateAsync("Boolean(window.hurt)")).GetBoolean());
        Assert.Empty(page.Errors);
    }

    async Task<int> CountAsync() => (await served.AskAsync("/v1/tags")).GetProperty("tags").GetArrayLength();

    static string Quoted(string text) => JsonSerializer.Serialize(text);
}
