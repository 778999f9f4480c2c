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
}
