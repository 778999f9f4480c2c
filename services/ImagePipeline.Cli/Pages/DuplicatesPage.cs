namespace ImagePipeline.Cli.Pages;

/// <summary>Writes the groups of copies as one self-contained HTML file, for a person to go through.</summary>
public static class DuplicatesPage
{
    /// <summary>
    /// Hides the copies of unticked kinds, and the groups without any left or without the text looked for.
    /// The page is complete without it.
    /// </summary>
    const string Script = """
        const form = document.querySelector('form'), groups = [...document.querySelectorAll('.group')];
        const texts = groups.map(g => g.dataset.paths.toLowerCase());
        function filter() {
          const on = new Set([...form.querySelectorAll('input[name=kind]:checked')].map(box => box.value));
          const wanted = form.text.value.trim().toLowerCase();
          let shown = 0;
          groups.forEach((group, i) => {
            let copies = 0;
            for (const card of group.querySelectorAll('[data-kind]')) {
              card.hidden = !on.has(card.dataset.kind);
              copies += !card.hidden;
            }
            group.hidden = !copies || !texts[i].includes(wanted);
            shown += !group.hidden;
          });
          form.count.value = `${shown} of ${groups.length} groups`;
        }
        form.addEventListener('input', filter);
        form.addEventListener('submit', event => event.preventDefault());
        filter();
        """;

    /// <summary>Writes the page, one group at a time: no more than one group's thumbnails are held.</summary>
    /// <param name="writer">Receives the page; left open. Its encoding must be UTF-8, which the page declares.</param>
    /// <param name="model">What to show.</param>
    /// <param name="cancel">Stops between groups; the page is then incomplete.</param>
    public static async Task WriteAsync(
        TextWriter writer, DuplicatesPageModel model, CancellationToken cancel = default)
    {
        var script = Script.ReplaceLineEndings("\n");
        await writer.WriteAsync(PageFrame.Open("Copies found", PageStyle.Duplicates, script));
        await writer.WriteAsync(Header(model));
        await writer.WriteAsync("""<main id="content">""");
        var number = 0;
        await foreach (var group in model.Groups.WithCancellation(cancel))
        {
            await WriteGroupAsync(writer, group, ++number);
        }

        await writer.WriteAsync(number == 0 ? """<p class="none">No copies were found.</p></main>""" : "</main>");
        await writer.WriteAsync(PageFrame.Close(script));
        await writer.FlushAsync(cancel);
    }

    static string Header(DuplicatesPageModel model)
    {
        var spare = model.SpareBytes > 0 ? $"; keeping one of each would free {PageText.Bytes(model.SpareBytes)}" : "";
        var pills = string.Concat(model.Kinds.Select(count =>
            $"""

            <label class="pill {KindClass(count.Kind)}">
            <input type="checkbox" name="kind" value="{PageText.Encode(count.Kind)}" checked>
            <span>{PageText.Kind(count.Kind)}</span>
            <b class="number" title="in {PageText.Count(count.Groups, "group", "groups")}">
            {PageText.Count(count.Copies)}</b>
            </label>
            """));
        var groups = PageText.Count(model.GroupCount, "group", "groups");
        var copies = PageText.Count(model.Kinds.Sum(count => count.Copies), "copy", "copies");
        return $"""
            <header>
            <h1>Copies found</h1>
            <p>{groups} with {copies} among {PageText.Count(model.Images, "image", "images")}{spare}.</p>
            <p class="soft">The first of each group is the one the others are compared with.
            What <mark>differs</mark> from it is marked. Nothing is deleted for you.</p>
            </header>
            <div class="controls"><form role="search"><fieldset><legend>Kinds to show</legend>{pills}
            </fieldset><input type="search" name="text" placeholder="Path contains …" aria-label="Path contains">
            <output name="count" aria-live="polite"></output></form></div>

            """;
    }

    static async Task WriteGroupAsync(TextWriter writer, DuplicateGroup group, int number)
    {
        var pictures = group.Copies.Select(copy => copy.Picture).Prepend(group.Representative).ToArray();
        var paths = PageText.Encode(string.Join(' ', pictures.Select(picture => picture.Path)));
        var (files, bytes) = (PageText.Count(pictures.Length, "file", "files"), pictures.Sum(picture => picture.Bytes));
        await writer.WriteAsync(
            $"""

            <section class="group" data-paths="{paths}" aria-labelledby="g{number}">
            <h2 id="g{number}">Group {PageText.Count(number)}
            <small class="number">{files}, {PageText.Bytes(bytes)}</small></h2>
            <ul class="cards">
            """);
        await writer.WriteAsync(Card(group, 0));
        for (var i = 1; i <= group.Copies.Count; i++)
        {
            await writer.WriteAsync(Card(group, i));
        }

        await writer.WriteAsync("</ul></section>");
    }

    /// <summary>One image: number 0 is the representative, the others are copies.</summary>
    static string Card(DuplicateGroup group, int index)
    {
        var copy = index == 0 ? null : group.Copies[index - 1];
        var picture = copy?.Picture ?? group.Representative;
        var kept = index == group.Keep;
        var kind = copy is null
            ? """<span class="badge">Representative</span>"""
            : $"""<span class="badge {KindClass(copy.Kind)}">{PageText.Kind(copy.Kind)}</span>""";
        var keep = kept ? """<span class="badge kept">Suggested to keep</span>""" : "";
        var reason = kept && group.KeepReason != ""
            ? $"""<div class="evidence">Why: {PageText.Encode(group.KeepReason)}</div>"""
            : "";
        var evidence = copy is null ? "" : $"""<div class="evidence">{PageText.Encode(copy.Evidence)}</div>""";
        var data = copy is null ? "" : $" data-kind=\"{PageText.Encode(copy.Kind)}\"";
        return $"""

            <li class="card{(kept ? " keep" : "")}"{data}>{PageFrame.Thumbnail(picture)}
            <div class="text"><div class="badges">{keep}{kind}</div>
            <div><div class="name path">{PageText.Name(picture.Path)}</div>
            <div class="folder path">{PageText.Folder(picture.Path)}</div></div>
            {evidence}{reason}
            {Facts(picture, group.Representative, copy?.Distance)}
            </div></li>
            """;
    }

    static string Facts(PagePicture picture, PagePicture first, double? distance)
    {
        var (taken, firstTaken) = (PageText.Time(picture.TakenAt), PageText.Time(first.TakenAt));
        var far = distance is { } d ? $"<dt>Distance</dt><dd>{PageText.Distance(d)}</dd>" : "";
        return $"""
            <dl class="number">
            <dt>Pixels</dt><dd>{Marked(PageText.Dimensions(picture), PageText.Dimensions(first))}</dd>
            <dt>File</dt><dd>{Marked(Size(picture, first), Size(first, first))}</dd>
            <dt>Format</dt><dd>{Marked(PageText.Encode(picture.Format), PageText.Encode(first.Format))}</dd>
            <dt>Taken</dt><dd>{Marked(taken, firstTaken)}</dd>{far}</dl>
            """;
    }

    static string Marked(string value, string first) => value == first ? value : $"<mark>{value}</mark>";

    // Sizes that round to the same text but differ are given to the byte.
    static string Size(PagePicture picture, PagePicture first) =>
        picture.Bytes != first.Bytes && PageText.Bytes(picture.Bytes) == PageText.Bytes(first.Bytes)
            ? $"{PageText.Count(picture.Bytes)} B"
            : PageText.Bytes(picture.Bytes);

    // A class name of ours, never text of theirs.
    static string KindClass(string kind) =>
        kind is "same_bytes" or "same_pixels" or "edited_copy" or "similar" ? kind : "other";
}
