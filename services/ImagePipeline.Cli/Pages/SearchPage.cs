namespace ImagePipeline.Cli.Pages;

/// <summary>Writes the answer to "what looks like this one" as one self-contained HTML file.</summary>
public static class SearchPage
{
    /// <summary>Writes the page, one hit at a time: no more than one thumbnail is held.</summary>
    /// <param name="writer">Receives the page; left open. Its encoding must be UTF-8, which the page declares.</param>
    /// <param name="model">What to show.</param>
    /// <param name="cancel">Stops between hits; the page is then incomplete.</param>
    public static async Task WriteAsync(TextWriter writer, SearchPageModel model, CancellationToken cancel = default)
    {
        await writer.WriteAsync(PageFrame.Open($"Similar to {model.Query.Path}", PageStyle.Search, script: null));
        await writer.WriteAsync(Header(model));
        await writer.WriteAsync("""<main id="content"><ol class="hits">""");
        var rank = 0;
        await foreach (var hit in model.Hits.WithCancellation(cancel))
        {
            await writer.WriteAsync(Hit(hit, ++rank, model.FullDistance));
        }

        await writer.WriteAsync("</ol>");
        await writer.WriteAsync(rank == 0 ? """<p class="soft">Nothing was found.</p></main>""" : "</main>");
        await writer.WriteAsync(PageFrame.Close(script: null));
        await writer.FlushAsync(cancel);
    }

    static string Header(SearchPageModel model)
    {
        var query = model.Query;
        var searched = PageText.Count(model.Searched, "image", "images");
        return $"""
            <header class="query">
            {PageFrame.Thumbnail(query)}
            <div>
            <p class="eyebrow">Pictures that look like</p>
            <h1 class="path">{PageText.Name(query.Path)}</h1>
            <p class="soft path">{PageText.Encode(query.Path)}</p>
            <p class="number">{PageText.Dimensions(query)} · {PageText.Bytes(query.Bytes)} ·
            {PageText.Encode(query.Format)}</p>
            <p class="soft">Nearest of {searched} by {PageText.Encode(model.Measure)};
            the shorter the bar, the nearer.</p>
            </div>
            </header>

            """;
    }

    static string Hit(SearchHit hit, int rank, double fullDistance) =>
        $"""

        <li class="hit">{PageFrame.Thumbnail(hit.Picture)}
        <span class="rank number">{rank}</span>
        <div class="text">
        <span class="name" title="{PageText.Encode(hit.Picture.Path)}">{PageText.Name(hit.Picture.Path)}</span>
        <div class="near number">
        <span class="bar" style="--d:{PageText.Fraction(hit.Distance / fullDistance)}"><i></i></span>
        <span title="distance">{PageText.Distance(hit.Distance)}</span>
        </div>
        <div class="line number">
        <span>{PageText.Dimensions(hit.Picture)}</span>
        <span>{PageText.Bytes(hit.Picture.Bytes)}</span>
        </div>
        </div></li>
        """;
}
