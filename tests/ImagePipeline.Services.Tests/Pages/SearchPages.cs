using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Services.Tests.Pages;

public sealed class SearchPages
{
    [Fact]
    public async Task Hits_are_ranked_in_the_order_given()
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture("q.jpg"),
            new SearchHit(Gallery.Picture("holiday/a.jpg"), 0),
            new SearchHit(Gallery.Picture("holiday/b.jpg"), 0.25),
            new SearchHit(Gallery.Picture("c.jpg"), 1.7));

        Assert.Equal(3, page.CountClass("hit"));
        Assert.Equal(["--d:0", "--d:0.5", "--d:1"], page.Values("style"));
        Assert.Equal(["q.jpg", "a.jpg", "b.jpg", "c.jpg"], page.Values("alt"));
        Assert.Contains("0.250", page.Text);
        Assert.Contains("4000 × 3000", page.Text);
        Assert.Contains("2.3 MB", page.Text);
        Assert.Contains("1,000 images", page.Text);
    }

    [Fact]
    public async Task Finding_nothing_is_said()
    {
        var page = await Gallery.SearchAsync(Gallery.Picture("q.jpg"));

        Assert.Equal(0, page.CountClass("hit"));
        Assert.Contains("Nothing was found.", page.Text);
    }

    [Theory]
    [InlineData("file:///home/a/b%20c.jpg", true)]
    [InlineData("https://example.org/?a=1&b=\"2\"", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData(" javascript:alert(1)", false)]
    [InlineData("data:text/html,<script>alert(1)</script>", false)]
    [InlineData(null, false)]
    public async Task Only_addresses_that_open_something_are_linked(string? uri, bool linked)
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture("q.jpg"), new SearchHit(Gallery.Picture("a.jpg", uri), 0.1));

        Assert.Equal(linked, page.Values("href").Contains(uri));
        Assert.Equal(linked ? 2 : 1, page.Values("href").Count());
    }

    [Fact]
    public async Task A_picture_without_thumbnail_says_so()
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture("q.jpg"), new SearchHit(Gallery.Picture("a.jpg", thumbnailBytes: 0), 0.1));

        Assert.Equal(1, page.Count("img"));
        Assert.Contains("no preview of a.jpg", page.Text);
    }
}
