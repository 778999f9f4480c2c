using ImagePipeline.Imaging;
using ImagePipeline.Imaging.Samples;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>Files, folders and clusters that strangers named to run in the browser of whoever looks at them.</summary>
[Collection(nameof(OnServed))]
public sealed class HostileNameTests(ServedPictures served)
{
    const string Folder = "<img src=x onerror=window.hurt=1>";
    const string Image = "\"><svg onload=window.hurt=1>.jpg";

    /// <summary>True where a name became markup, or ran.</summary>
    const string Hurt =
        "Boolean(window.hurt) || document.querySelectorAll('img[src=x], svg, b b, [onerror], [onload], [onmouseover], script:not([src])').length > 0";

    [Fact]
    public async Task A_name_is_text_in_every_view()
    {
        Chromium.Require();
        using var place = new Workplace();
        var data = await CollectAsync(place);
        var (program, url) = await served.ServeAsync(null, data);
        using var ending = program;
        await using var page = await served.OpenAtAsync($"{url}/#/search");

        await page.UntilAsync("document.querySelectorAll('.tile img').length >= 8");
        await AssertUnhurtAsync(page);
        await page.ClickAsync(".tile .face[title*=svg]");
        await page.UntilAsync("document.querySelector('dialog .facts .swatch')");
        Assert.Contains($"{Folder}/{Image}", await page.TextAsync("dialog"), StringComparison.Ordinal);
        await AssertUnhurtAsync(page);
        await page.PressAsync("Escape");

        await page.GoAsync($"{url}/#/copies");
        await page.UntilAsync("document.querySelectorAll('.group .card').length > 1");
        Assert.Contains(Folder, await page.TextAsync(".groups"), StringComparison.Ordinal);
        await page.ClickAsync(".group button", "Compare");
        await page.UntilAsync("document.querySelectorAll('.pair canvas').length === 2");
        await page.PressAsync("2");
        await page.UntilAsync("document.querySelectorAll('.over canvas').length === 2");
        await AssertUnhurtAsync(page);
        await page.PressAsync("Escape");
        await page.ClickAsync(".group .main");
        await page.UntilAsync("document.querySelector('.group.done') && document.querySelector('.toast')");
        await AssertUnhurtAsync(page);

        await page.GoAsync($"{url}/#/clusters");
        await page.UntilAsync("document.querySelector('.cluster')");
        Assert.Contains(Folder, await page.TextAsync(".clusters"), StringComparison.Ordinal);
        await page.ClickAsync(".cluster");
        await page.UntilAsync("document.querySelector('.tile')");
        await AssertUnhurtAsync(page);
        await page.GoAsync($"{url}/#/clusters?map=1");
        await page.UntilAsync("document.querySelector('.map')");
        await AssertUnhurtAsync(page);

        await page.GoAsync($"{url}/#/status");
        await page.ClickAsync("[data-reason=not_an_image]");
        await page.UntilAsync("document.querySelector('.files li')");
        Assert.Contains("<script>window.hurt=1<", await page.TextAsync(".files"), StringComparison.Ordinal);
        await AssertUnhurtAsync(page);
        Assert.Empty(page.Errors);
    }

    static async Task AssertUnhurtAsync(BrowserPage page) => Assert.False((await page.EvaluateAsync(Hurt)).GetBoolean());

    /// <summary>A collection of hostile names, with copies, clusters, one named so, and a file that is refused.</summary>
    static async Task<string> CollectAsync(Workplace place)
    {
        string[] names = [Image, "' onmouseover='window.hurt=1.jpg", "photo\u202Egpj.exe.jpg", "javascript:window.hurt=1.jpg"];
        for (var n = 0; n < names.Length; n++)
        {
            var scene = RgbPicture.Scene(n + 1, 320, 240);
            place.Write($"{Folder}/{names[n]}", ImageEncoder.ToJpeg(scene.Rgb, 320, 240, 90));
            place.Write($"{Folder}/small {names[n]}", ImageEncoder.ToJpeg(scene.Rgb, 320, 240, 50));
        }

        place.Write($"{Folder}/<script>window.hurt=1<.jpg", "no picture"u8.ToArray());
        foreach (string[] arguments in (string[][])[
            ["run", place.Pictures, "--no-progress"], ["cluster", "run", "--k", "3", "--no-progress"], ["cluster", "label", "1", Folder]])
        {
            var result = await ImagePipelineProgram.RunAsync([.. arguments, "--data", place.Data]);
            Assert.True(result.ExitCode == 0, result.Error);
        }

        return place.Data;
    }
}
