using System.Globalization;

namespace ImagePipeline.Cli.Pages;

/// <summary>Writes what an evaluation found as one self-contained HTML file: tables, and the worst misses as pictures.</summary>
public static class EvaluationPage
{
    /// <summary>Writes the page, one miss at a time: no more than three thumbnails are held.</summary>
    /// <param name="writer">Receives the page; left open. Its encoding must be UTF-8, which the page declares.</param>
    /// <param name="model">What to show.</param>
    /// <param name="cancel">Stops between misses; the page is then incomplete.</param>
    public static async Task WriteAsync(TextWriter writer, EvaluationPageModel model, CancellationToken cancel = default)
    {
        await writer.WriteAsync(PageFrame.Open("How well copies are found", PageStyle.Evaluation, script: null));
        await writer.WriteAsync($"""
            <header><h1>How well copies are found</h1><p class="soft">{PageText.Encode(model.Summary)}</p></header>
            <main id="content">
            {Table("Recall at precision 99.99 %, in percent", "edit", model.Signals, model.Recalls)}
            {Table("Over all copies, in percent", "measure", model.Signals, model.Overall)}
            {string.Join('\n', model.Calibrations.Select(CalibrationChart.Draw))}
            <h2>Worst misses of {PageText.Encode(model.MissedBy)}</h2>
            <ol class="misses">
            """);
        var misses = 0;
        await foreach (var miss in model.Misses.WithCancellation(cancel))
        {
            await writer.WriteAsync(Miss(miss));
            misses++;
        }

        await writer.WriteAsync("</ol>");
        await writer.WriteAsync(misses == 0 ? """<p class="soft">Nothing was missed.</p></main>""" : "</main>");
        await writer.WriteAsync(PageFrame.Close(script: null));
        await writer.FlushAsync(cancel);
    }

    static string Table(string caption, string of, IReadOnlyList<string> signals, IReadOnlyList<EvaluationRow> rows) =>
        $"""
        <div class="wide"><table>
        <caption>{PageText.Encode(caption)}</caption>
        <thead><tr><th scope="col">{PageText.Encode(of)}</th>{string.Concat(signals.Select(signal => $"<th scope=\"col\">{PageText.Encode(signal)}</th>"))}</tr></thead>
        <tbody>
        {string.Join('\n', rows.Select(row => $"<tr><th scope=\"row\">{PageText.Encode(row.Name)}</th>{string.Concat(row.Shares.Select(Cell))}</tr>"))}
        </tbody></table></div>
        """;

    static string Cell(double share) =>
        $"<td class=\"number\" style=\"--d:{PageText.Fraction(share)}\">{(100 * share).ToString("0.0", CultureInfo.InvariantCulture)}</td>";

    static string Miss(EvaluationMiss miss) =>
        $"""

        <li class="miss"><h3>{PageText.Encode(miss.Edit)}</h3><div class="three">
        <figure>{PageFrame.Thumbnail(miss.Copy)}<figcaption>the copy</figcaption></figure>
        <figure>{PageFrame.Thumbnail(miss.Original)}<figcaption>its original: {PageText.Encode(miss.ToOriginal)}</figcaption></figure>
        {(miss.Other is null ? "" : $"<figure>{PageFrame.Thumbnail(miss.Other)}<figcaption>nearest other: {PageText.Encode(miss.ToOther)}</figcaption></figure>")}
        </div></li>
        """;
}
