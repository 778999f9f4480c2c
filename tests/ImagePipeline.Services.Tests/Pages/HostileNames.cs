using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Services.Tests.Pages;

public sealed class HostileNames
{
    static readonly string[] KnownTags =
    [
        "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "p", "div", "span", "img",
        "main", "ol", "ul", "li", "i", "b", "footer", "script", "form", "fieldset", "legend", "label", "input", "output", "section",
        "small", "dl", "dt", "dd", "mark",
    ];

    static readonly string[] KnownAttributes =
    [
        "lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "target", "rel", "loading",
        "decoding", "alt", "src", "title", "style", "data-paths", "data-kind", "aria-labelledby", "aria-label", "aria-live", "role",
        "type", "value", "checked", "placeholder",
    ];

    public static TheoryData<string> Names => [.. Gallery.HostileNames];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_is_never_markup_on_the_search_page(string name)
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture(name) with { Format = name },
            new SearchHit(Gallery.Picture(name, $"file:///{name}") with { ThumbnailType = name }, 0.1));

        AssertOnlyOurs(page);
        Assert.Equal(1, page.CountClass("hit"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Names_kinds_and_evidence_are_never_markup_on_the_duplicates_page(string name)
    {
        var picture = Gallery.Picture($"folder/{name}", $"file:///{name}");

        var page = await Gallery.DuplicatesAsync(
            new DuplicateGroup(picture, [new DuplicateCopy(picture, name, name, 1)], 0, name));

        AssertOnlyOurs(page);
        Assert.Equal(2, page.CountClass("card"));
    }

    [Theory]
    [InlineData("a&lt;b&amp;c.jpg")]
    [InlineData("père-noël 写真 🎄.jpg")]
    [InlineData("\"><img src=x onerror=alert(1)>.jpg")]
    [InlineData("it's \"quoted\" & <tagged>.jpg")]
    public async Task A_name_reads_as_it_is_written(string name)
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture("q.jpg"), new SearchHit(Gallery.Picture($"album/{name}"), 0.1));

        Assert.Contains(name, page.Text);
        Assert.Contains(name, page.Values("alt"));
        Assert.Contains($"album/{name}", page.Values("title"));
    }

    [Fact]
    public async Task A_name_cannot_reverse_the_reading_order_or_hold_controls()
    {
        var page = await Gallery.SearchAsync(
            Gallery.Picture("photo\u202Egpj.exe"), new SearchHit(Gallery.Picture("a\0b\u0007\u2066.jpg"), 0.1));

        Assert.Contains("photo\uFFFDgpj.exe", page.Text);
        Assert.Contains("a\uFFFDb\uFFFD\uFFFD.jpg", page.Text);
        Assert.DoesNotContain(page.Text, character => character is '\u202E' or '\u2066' or '\0' or '\u0007');
    }

    static void AssertOnlyOurs(PageMarkup page)
    {
        Assert.Empty(page.Tags.Select(tag => tag.Name).Except(KnownTags));
        Assert.Empty(page.Tags.SelectMany(tag => tag.Attributes.Keys).Except(KnownAttributes));
        Assert.All(page.Values("src"), source => Assert.StartsWith("data:", source));
        Assert.All(page.Values("href"), link => Assert.Matches("^(#content|file:)", link));
        Assert.Equal(page.Count("img"), page.Tags.Count(tag => tag.Name == "img" && tag.Attributes.ContainsKey("alt")));
        Assert.Equal(page.Values("id").Count(), page.Values("id").Distinct().Count());
    }
}
