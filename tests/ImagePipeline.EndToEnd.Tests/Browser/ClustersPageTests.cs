using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests.Browser;

/// <summary>The clusters view: gallery, one cluster, map.</summary>
[Collection(nameof(OnServed))]
public sealed class ClustersPageTests(ServedPictures served)
{
    [Fact]
    public async Task A_cluster_of_the_gallery_shows_its_pictures()
    {
        await using var page = await served.OpenAsync("#/clusters");
        var largest = (await served.AskAsync("/v1/clusters")).GetProperty("clusters")[0];
        await page.UntilAsync("document.querySelector('.cluster img')");

        await page.ClickAsync(".cluster");
        await page.UntilAsync("location.hash.includes('cluster=') && document.querySelector('.tile')");

        Assert.Contains(largest.GetProperty("name").GetString()!, await page.TextAsync(".summary"), StringComparison.Ordinal);
        await page.UntilAsync($"document.querySelectorAll('.tile').length === {largest.GetProperty("size").GetInt32()}");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_cluster_is_named_and_undo_gives_its_suggested_name_back()
    {
        await using var page = await served.OpenAsync("#/clusters");
        var cluster = (await served.AskAsync("/v1/clusters")).GetProperty("clusters")[0];
        var (number, name) = (cluster.GetProperty("number").GetInt32(), cluster.GetProperty("name").GetString()!);
        var shown = $"document.querySelector('[data-number=\"{number}\"] .cluster-name')?.innerText";

        await page.ClickAsync($"[data-number='{number}'] button", "Rename");
        await page.TypeAsync("dialog input[name=label]", "Harbour <b>");
        await page.UntilAsync($"{shown} === 'Harbour <b>' && !document.querySelector('dialog')");
        var named = await NameAsync(number);
        await page.ClickAsync(".toast button", "Undo");
        await page.UntilAsync($"{shown} === {JsonSerializer.Serialize(name)}");

        Assert.Equal("Harbour <b>", named);
        Assert.Equal(name, await NameAsync(number));
        // Named in one part of the view, taken back in another.
        await page.ClickAsync($"[data-number='{number}'] .cluster-name");
        await page.ClickAsync(".actions button", "Rename");
        await page.TypeAsync("dialog input[name=label]", "Quay");
        await page.UntilAsync("document.querySelector('.summary b')?.innerText === 'Quay'");
        await page.ClickAsync(".actions a", "Gallery");
        await page.UntilAsync($"{shown} === 'Quay'");
        await page.ClickAsync(".choice button", "Undo");
        await page.UntilAsync($"{shown} === {JsonSerializer.Serialize(name)}");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Two_clusters_are_merged_by_clicks_and_undo_parts_them()
    {
        await using var page = await served.OpenAsync("#/clusters");
        var before = (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").EnumerateArray().ToArray();
        var (one, other) = (before[1].GetProperty("number").GetInt32(), before[0].GetProperty("number").GetInt32());

        await page.ClickAsync($"[data-number='{one}'] input");
        await page.UntilAsync("document.querySelector('.choice span')?.innerText.includes('choose another')");
        await page.ClickAsync($"[data-number='{other}'] input");
        await page.ClickAsync(".choice button.main", $"Merge into “{before[1].GetProperty("name").GetString()}”");
        await page.UntilAsync($"!document.querySelector('[data-number=\"{other}\"]')");
        var merged = await served.AskAsync($"/v1/clusters/{other}");
        Assert.StartsWith($"{before.Length - 1} clusters", await page.TextAsync(".summary"), StringComparison.Ordinal);
        var focused = (await page.EvaluateAsync("document.activeElement.closest('.cluster')?.dataset.number")).GetString();
        await page.ClickAsync(".choice button", "Undo");
        await page.UntilAsync($"document.querySelector('[data-number=\"{other}\"]') && document.querySelector('.choice').hidden");

        Assert.Equal(one, merged.GetProperty("number").GetInt32());
        Assert.Equal(before[0].GetProperty("size").GetInt32() + before[1].GetProperty("size").GetInt32(), merged.GetProperty("size").GetInt32());
        Assert.Equal($"{one}", focused);
        Assert.Equal(
            before.Select(cluster => cluster.ToString()),
            (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").EnumerateArray().Select(cluster => cluster.ToString()));
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Keys_choose_merge_and_undo()
    {
        await using var page = await served.OpenAsync("#/clusters");
        await page.UntilAsync("document.querySelectorAll('.cluster').length > 1");
        var before = (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").ToString();
        var second = (await page.EvaluateAsync("document.querySelectorAll('.cluster')[1].dataset.number")).GetString();

        foreach (var key in new[] { "j", "x", "j", "x", "m" })
        {
            await page.PressAsync(key);
        }

        await page.UntilAsync($"!document.querySelector('[data-number=\"{second}\"]')");
        Assert.NotEqual(before, (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").ToString());
        await page.PressAsync("u");
        await page.UntilAsync($"document.querySelector('[data-number=\"{second}\"]')");

        Assert.Equal(before, (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").ToString());
        await page.PressAsync("r");
        await page.UntilAsync("document.querySelector('dialog[open] input[name=label]') === document.activeElement");
        await page.PressAsync("Escape");
        await page.UntilAsync("!document.querySelector('dialog')");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_picture_that_was_found_leads_to_its_cluster()
    {
        await using var page = await served.OpenAsync("#/search");
        await page.UntilAsync("document.querySelectorAll('.tile').length > 20");
        var image = (await served.AskAsync("/v1/images?limit=1")).GetProperty("images")[0];
        var cluster = image.GetProperty("cluster");

        await page.ClickAsync(".tile .face");
        await page.ClickAsync("dialog button", "Its cluster");
        await page.UntilAsync($"location.hash === '#/clusters?cluster={cluster.GetProperty("number").GetInt32()}' && !document.querySelector('dialog')");
        await page.UntilAsync("document.querySelector('.tile')");

        Assert.Contains(cluster.GetProperty("name").GetString()!, await page.TextAsync(".summary"), StringComparison.Ordinal);
        await page.GoAsync($"{served.Url}/#/search?like={image.GetProperty("image_id").GetString()}");
        await page.ClickAsync(".query a:not([hidden])", "Its cluster");
        await page.UntilAsync("location.hash.startsWith('#/clusters?cluster=')");
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task Pictures_are_grouped_again_and_cut_elsewhere_by_clicks()
    {
        await using var page = await served.OpenAsync("#/clusters");
        var former = (await served.AskAsync("/v1/clusters?limit=1")).GetProperty("run").GetProperty("run_id").GetInt32();
        const string Summary = "document.querySelector('.summary').innerText";

        try
        {
            await page.ClickAsync(".actions button", "Group again");
            await page.UntilAsync("document.activeElement === document.querySelector('dialog[open] select[name=method]')");
            await page.EvaluateAsync(
                "(how => { how.value = 'two-level'; return how.dispatchEvent(new Event('change')); })(document.querySelector('dialog select'))");
            await page.TypeAsync("dialog input[name=k]", "4");
            await page.UntilAsync($"{Summary}.startsWith('4 clusters of ') && {Summary}.includes('two-level')");
            var grouped = (await served.AskAsync("/v1/clusters?limit=1")).GetProperty("run");
            await page.ClickAsync(".actions button", "More or fewer");
            await page.ClickAsync("dialog .actions button[aria-label$=' clusters']");
            await page.TypeAsync("dialog input[name=k]", "7");
            await page.UntilAsync($"{Summary}.startsWith('7 clusters of ')");
            var cut = (await served.AskAsync("/v1/clusters?limit=1")).GetProperty("run");

            Assert.StartsWith("asked for by ", grouped.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.StartsWith($"cut of run {grouped.GetProperty("run_id").GetInt32()} at k 7", cut.GetProperty("reason").GetString(), StringComparison.Ordinal);
            Assert.Equal("status", (await page.EvaluateAsync("document.querySelector('.summary').getAttribute('role')")).GetString());
            Assert.Empty(page.Errors);
        }
        finally
        {
            var back = await ImagePipelineProgram.RunAsync("cluster", "activate", $"{former}", "--data", served.Data);
            Assert.True(back.ExitCode == 0, back.Error);
        }
    }

    [Fact]
    public async Task A_cluster_says_what_suggests_its_name()
    {
        var cluster = (await served.AskAsync("/v1/clusters?limit=200")).GetProperty("clusters").EnumerateArray()
            .First(one => one.TryGetProperty("evidence_words", out _));
        await using var page = await served.OpenAsync($"#/clusters?cluster={cluster.GetProperty("number").GetInt32()}");

        await page.UntilAsync("document.querySelector('.summary .soft')");

        Assert.Contains(cluster.GetProperty("evidence_words").GetString()!, await page.TextAsync(".summary"), StringComparison.Ordinal);
        Assert.Empty(page.Errors);
    }

    [Fact]
    public async Task A_picture_of_the_map_opens_by_a_click()
    {
        await using var page = await served.OpenAsync("#/clusters?map=1");
        await page.UntilAsync("document.querySelector('.map')?.width > 300");
        var point = (await served.AskAsync("/v1/clusters/map?limit=1"));
        var (x, y) = (point.GetProperty("x")[0].GetDouble(), point.GetProperty("y")[0].GetDouble());

        await page.ClickAtAsync(".map", x, 1 - y);
        await page.UntilAsync("document.querySelector('dialog[open] .facts')");

        Assert.Empty(page.Errors);
    }

    async Task<string> NameAsync(int cluster) => (await served.AskAsync($"/v1/clusters/{cluster}")).GetProperty("name").GetString()!;
}
