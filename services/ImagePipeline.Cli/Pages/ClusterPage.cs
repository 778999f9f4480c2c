using System.Globalization;
using System.Text;

namespace ImagePipeline.Cli.Pages;

/// <summary>Writes the clusters of a run as one self-contained HTML file: figures, map, and a contact sheet for
/// each.</summary>
public static class ClusterPage
{
    const int MapPx = 1000;

    // Of a name on the map: what a letter takes at the style's size, and a line.
    const double LetterPx = 11.5;
    const double LinePx = 26;

    /// <summary>Writes the page, one sheet at a time: no more than one cluster's thumbnails are held.</summary>
    /// <param name="writer">Receives the page; left open. Its encoding must be UTF-8, which the page declares.</param>
    /// <param name="model">What to show.</param>
    /// <param name="cancel">Stops between sheets; the page is then incomplete.</param>
    public static async Task WriteAsync(TextWriter writer, ClusterPageModel model, CancellationToken cancel = default)
    {
        await writer.WriteAsync(PageFrame.Open("Clusters", ClusterStyle.Sheet, script: null));
        await writer.WriteAsync($"""
            <header><h1>Clusters</h1><p>{PageText.Encode(model.Summary)}</p>
            {string.Concat(model.Notes.Select(note => $"<p class=\"soft\">{PageText.Encode(note)}</p>\n"))}</header>
            <main id="content">
            <div class="top">{Map(model)}<div class="side">{Figures(model)}{List(model)}</div></div>

            """);
        await foreach (var sheet in model.Sheets.WithCancellation(cancel))
        {
            await writer.WriteAsync(Sheet(sheet));
        }

        await writer.WriteAsync(model.LeftOut > 0
            ? $"<p class=\"soft\">{PageText.Count(model.LeftOut, "smaller cluster is", "smaller clusters are")} left out.</p></main>" : "</main>");
        await writer.WriteAsync(PageFrame.Close(script: null));
        await writer.FlushAsync(cancel);
    }

    static string Figures(ClusterPageModel model) => model.Figures.Count == 0 ? "" :
        $"<dl class=\"figures\">{string.Concat(model.Figures.Select(figure =>
            $"<div><dt>{PageText.Encode(figure.Name)}</dt><dd class=\"number\">{PageText.Encode(figure.Value)}</dd>"
            + $"<dd class=\"soft\">{PageText.Encode(figure.Words)}</dd></div>"))}</dl>";

    static string List(ClusterPageModel model) => $"""
        <nav aria-label="Clusters"><ol class="names">
        {string.Concat(model.Names.Select(name =>
            $"<li><a href=\"#c{name.Cluster}\"><i style=\"background:{Colour(name.Cluster)}\"></i>{PageText.Encode(name.Name)}</a></li>\n"))}</ol></nav>
        """;

    /// <summary>Dots of each cluster in its colour, which leads to its sheet; the largest ones are named.</summary>
    static string Map(ClusterPageModel model)
    {
        if (model.Map.Count == 0)
        {
            return "";
        }

        var names = model.Names.ToDictionary(name => name.Cluster);
        var svg = new StringBuilder(
            $"<figure class=\"map\"><svg viewbox=\"-20 -20 {MapPx + 40} {MapPx + 40}\" role=\"img\" aria-label=\"Map of the images\">");
        foreach (var cluster in model.Map.GroupBy(point => point.Cluster is { } number && names.ContainsKey(number) ? number : 0).OrderBy(of => of.Key))
        {
            // A line of no length with round ends is a dot.
            var dots = $"<path style=\"stroke:{(cluster.Key == 0 ? "var(--none)" : Colour(cluster.Key))}\" d=\""
                + string.Concat(cluster.Select(point => $"M{Across(point.X)} {Across(1 - point.Y)}h0"))
                + $"\"><title>{(cluster.Key == 0 ? "in no cluster shown here" : PageText.Encode(names[cluster.Key].Name))}</title></path>";
            svg.Append(cluster.Key == 0 ? dots : $"<a href=\"#c{cluster.Key}\" tabindex=\"-1\">{dots}</a>");
        }

        foreach (var (name, x, y) in Placed(model.Names))
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0}\" y=\"{y - (LinePx / 2):0}\">{PageText.Encode(name)}</text>");
        }

        return svg.Append(CultureInfo.InvariantCulture,
            $"</svg><figcaption class=\"soft\">{PageText.Count(model.Map.Count, "image", "images")}; near each other where they ")
            .Append("look alike. A dot leads to its cluster.</figcaption></figure>").ToString();
    }

    /// <summary>The names that have room, the largest clusters' first.</summary>
    static List<(string Name, double X, double Y)> Placed(IReadOnlyList<MapName> names)
    {
        var placed = new List<(string Name, double X, double Y)>();
        foreach (var name in names.Where(name => name is { X: not null, Y: not null }))
        {
            var half = name.Name.Length * LetterPx / 2;
            var (x, y) = (Math.Clamp(name.X!.Value * MapPx, Math.Min(half, MapPx / 2), Math.Max(MapPx - half, MapPx / 2)), (1 - name.Y!.Value) * MapPx);
            if (placed.All(other => Math.Abs(other.Y - y) > LinePx || Math.Abs(other.X - x) > half + (other.Name.Length * LetterPx / 2)))
            {
                placed.Add((name.Name, x, y));
            }
        }

        return placed;
    }

    static string Sheet(ClusterSheet sheet)
    {
        var id = sheet.Cluster is { } number ? $"c{number}" : "none";
        var facts = PageText.Count(sheet.Size, "image", "images")
            + (sheet.Cluster is { } shown ? $" · cluster {PageText.Count(shown)}" : "") + (sheet.IsNamed ? " · named by you" : "");
        var dot = sheet.Cluster is { } coloured ? $"<i style=\"background:{Colour(coloured)}\"></i>" : "";
        var edge = sheet.Edge.Count == 0 ? ""
            : $"<details><summary>The least typical</summary><ul class=\"sheet\">{string.Concat(sheet.Edge.Select(Picture))}</ul></details>";
        return $"""

            <section class="cluster" id="{id}"><h2>{dot}{PageText.Encode(sheet.Name)}
            <small class="number">{facts}</small></h2>
            {(sheet.Words.Length == 0 ? "" : $"<p class=\"soft\">{PageText.Encode(sheet.Words)}</p>")}
            <ul class="sheet">{string.Concat(sheet.Typical.Select(Picture))}</ul>{edge}</section>
            """;
    }

    static string Picture(PagePicture picture) =>
        $"<li title=\"{PageText.Encode(picture.Path)}\">{PageFrame.Thumbnail(picture)}</li>";

    /// <summary>Hues a golden angle apart, so that neighbours in number differ most; two lightnesses by
    /// turns.</summary>
    static string Colour(int cluster) => string.Create(
        CultureInfo.InvariantCulture, $"oklch({(cluster % 2 == 0 ? 0.62 : 0.7)} 0.15 {cluster * 137.508 % 360:0})");

    static string Across(double share) => (MapPx * Math.Clamp(share, 0, 1)).ToString("0", CultureInfo.InvariantCulture);
}
