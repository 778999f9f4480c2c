using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Services.Tests.Pages;

/// <summary>Pictures and groups for the page tests, and names that mean harm.</summary>
static class Gallery
{
    public static readonly string[] HostileNames =
    [
        "<script>alert(1)</script>.jpg",
        "\"><img src=x onerror=alert(1)>.jpg",
        "' onmouseover='alert(1).jpg",
        "</title></style><b>.jpg",
        "a&lt;b&amp;c.jpg",
        "<!-- comment.jpg",
        "]]>{{7*7}}${x}.jpg",
        "javascript:alert(1)",
        "line\nbreak\ttab\0null.jpg",
        "photo\u202Egpj.exe",
        "half a pair \uD83D.jpg",
        "père-noël 写真 🎄.jpg",
        "   ",
        "/",
        "",
    ];

    public static PagePicture Picture(string path, string? uri = null, int thumbnailBytes = 30) => new()
    {
        Path = path,
        Uri = uri,
        WidthPx = 4000,
        HeightPx = 3000,
        Bytes = 2_345_678,
        Format = "jpeg",
        Thumbnail = Enumerable.Repeat((byte)7, thumbnailBytes).ToArray(),
    };

    public static DuplicateGroup Group(string path, params string[] kinds) => new(
        Picture(path),
        [.. kinds.Select((kind, i) => new DuplicateCopy(Picture($"{path} {i}"), kind, "PDQ 12 of 256 bits", 12))],
        0,
        "most pixels");

    public static async Task<PageMarkup> SearchAsync(PagePicture query, params SearchHit[] hits)
    {
        var writer = new StringWriter();
        var model = new SearchPageModel
        {
            Query = query,
            Measure = "cosine distance of fingerprint_2 embeddings",
            Searched = 1000,
            FullDistance = 0.5,
            Hits =
                hits.ToAsyncEnumerable(),
        };
        await SearchPage.WriteAsync(writer, model, TestContext.Current.CancellationToken);
        return new PageMarkup(writer.ToString());
    }

    public static async Task<PageMarkup> DuplicatesAsync(params DuplicateGroup[] groups)
    {
        var writer = new StringWriter();
        await DuplicatesPage.WriteAsync(
            writer, Duplicates(groups.ToAsyncEnumerable(), groups.Length), TestContext.Current.CancellationToken);
        return new PageMarkup(writer.ToString());
    }

    public static DuplicatesPageModel Duplicates(IAsyncEnumerable<DuplicateGroup> groups, int count) => new()
    {
        Images = 12_345,
        GroupCount = count,
        SpareBytes = 98_700_000,
        Kinds = [new KindCount("same_bytes", 1, 2), new KindCount("edited_copy", 3, 4)],
        Groups = groups,
    };
}
