using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Services.Tests.Pages;

public sealed class ClusterPages
{
    static readonly string[] KnownTags =
    [
        "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "p", "div", "span", "img", "main", "ol", "ul", "li", "i",
        "footer", "section", "small", "dl", "dt", "dd", "nav", "figure", "figcaption", "svg", "path", "text", "details", "summary",
    ];

    public static TheoryData<string> Names => [.. Gallery.HostileNames];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Names_evidence_and_reasons_are_never_markup(string name)
    {
        var page = await WriteAsync(Model(name, Sheet(3, name, Gallery.Picture(name, $"file:///{name}"))));

        Assert.Empty(page.Tags.Select(tag => tag.Name).Except(KnownTags));
        Assert.All(page.Values("href"), link => Assert.Matches("^(#content|#c[0-9]+|file:)", link));
        Assert.All(page.Values("src"), source => Assert.StartsWith("data:", source, StringComparison.Ordinal));
        Assert.DoesNotContain(page.Tags.SelectMany(tag => tag.Attributes.Keys), key => key.StartsWith("on", StringComparison.Ordinal));
        Assert.Equal(page.Values("id").Count(), page.Values("id").Distinct().Count());
    }

    [Fact]
    public async Task Every_cluster_has_a_sheet_with_its_pictures_and_a_way_to_it_from_the_map_and_the_list()
    {
        var page = await WriteAsync(Model(
            "x", Sheet(3, "cats", Gallery.Picture("a.jpg"), Gallery.Picture("b.jpg")), Sheet(4, "dogs", Gallery.Picture("c.jpg")), Sheet(null, "In no cluster")));

        Assert.Equal(["content", "c3", "c4", "none"], page.Values("id"));
        Assert.Equal(["a.jpg", "b.jpg", "edge.jpg", "c.jpg", "edge.jpg", "edge.jpg"], page.Values("alt"));
        // From the map the two clusters that have dots, from the list the two that are named.
        Assert.Equal(["#content", "#c3", "#c4", "#c3", "#c4"], page.Values("href").Where(link => link[0] == '#'));
        Assert.Equal(["M100 800h0", "M500 500h0M501 500h0", "M900 0h0"], page.Values("d").OrderBy(d => d, StringComparer.Ordinal));
        Assert.Contains("2 smaller clusters are left out", page.Text);
        Assert.Contains("0.147", page.Text);
    }

    [Fact]
    public async Task Of_names_that_would_overlap_on_the_map_the_larger_clusters_is_written()
    {
        var page = await WriteAsync(Model("x") with
        {
            Names = [new(1, "large", 0.5f, 0.5f), new(2, "small", 0.52f, 0.5f), new(3, "apart", 0.5f, 0.9f), new(4, "nowhere", null, null)],
        });

        Assert.Equal(2, page.Count("text"));
    }

    [Fact]
    public async Task A_run_without_clusters_is_a_page_too()
    {
        var page = await WriteAsync(Model("x") with { Names = [], Map = [], Figures = [] });

        Assert.Equal(0, page.Count("svg"));
        Assert.Equal(0, page.Count("section"));
    }

    static ClusterPageModel Model(string text, params ClusterSheet[] sheets) => new()
    {
        Summary = text,
        Notes = [text],
        Figures = [new("silhouette", "0.147", text)],
        Map = [new(0.5f, 0.5f, 3), new(0.501f, 0.5f, 3), new(0.1f, 0.2f, 4), new(0.9f, 1, null)],
        Names = [new(3, text, 0.5f, 0.5f), new(4, "dogs", null, null)],
        Sheets = sheets.ToAsyncEnumerable(),
        LeftOut = 2,
    };

    static ClusterSheet Sheet(int? cluster, string name, params PagePicture[] pictures) => new()
    {
        Cluster = cluster,
        Name = name,
        Size = 12,
        Words = name,
        Typical = pictures,
        Edge = [Gallery.Picture("edge.jpg")],
    };

    static async Task<PageMarkup> WriteAsync(ClusterPageModel model)
    {
        var writer = new StringWriter();
        await ClusterPage.WriteAsync(writer, model, TestContext.Current.CancellationToken);
        return new PageMarkup(writer.ToString());
    }
}
