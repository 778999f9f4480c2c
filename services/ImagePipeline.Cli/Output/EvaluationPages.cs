using System.Globalization;
using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Cli.Pages;

namespace ImagePipeline.Cli.Output;

/// <summary>Fills the page of an evaluation.</summary>
static class EvaluationPages
{
    const int MissesPerEdit = 3;

    /// <summary>Writes the page; copies are made again for it, one after the other.</summary>
    /// <param name="path">File to write.</param>
    /// <param name="trial">The trial, which makes the copies.</param>
    /// <param name="result">What it yielded.</param>
    /// <param name="table">The same, measured.</param>
    /// <param name="calibrations">What was found about probabilities.</param>
    /// <param name="cancel">Stops the writing.</param>
    public static async Task WriteAsync(
        string path, CopyTrial trial, CopyTrialResult result, CopyTable table, IReadOnlyList<CalibrationPicture> calibrations,
        CancellationToken cancel)
    {
        var signal = result.Signals.Count - 1;
        await using var writer = new StreamWriter(path);
        await EvaluationPage.WriteAsync(writer, new EvaluationPageModel
        {
            Summary = result.Summary,
            Signals = [.. result.Signals.Select(each => each.Name)],
            Recalls = [.. table.Rows.Select(row => new EvaluationRow(row.Name, [.. row.Recalls.Select(point => point.Recall)]))],
            Overall =
            [
                new("average precision", [.. table.Summaries.Select(each => each.AveragePrecision)]),
                new("recall at precision 90 %", [.. table.Summaries.Select(each => each.RecallAtP90.Recall)]),
                new("original first", [.. table.Summaries.Select(each => each.AccuracyAtOne)]),
            ],
            Calibrations = calibrations,
            MissedBy = result.Signals[signal].Name,
            Misses = MissesAsync(trial, result, signal, cancel),
        }, cancel);
    }

    /// <summary>Of every edit some copies whose original does not come first: those that a wrong picture is nearest to before others.</summary>
    static async IAsyncEnumerable<EvaluationMiss> MissesAsync(
        CopyTrial trial, CopyTrialResult result, int signal,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var worst = result.Queries.Where(query => !query.Answers[signal].Answer.IsFirst).GroupBy(query => query.Edit).SelectMany(edit => edit
            .OrderBy(query => query.Answers[signal].Answer.ToOther).ThenBy(query => query.Original).Take(MissesPerEdit));
        foreach (var query in worst)
        {
            var answer = query.Answers[signal];
            yield return new EvaluationMiss(
                result.Edits[query.Edit].Name,
                // There is no file of the copy to link to.
                PagePictures.OfQuery(result.References[query.Original], await trial.MakeAsync(result, query, cancel)) with { Uri = null },
                await PictureAsync(query.Original), Words(answer.Answer.ToOriginal),
                float.IsFinite(answer.Answer.ToOther) ? await PictureAsync(answer.Other) : null, Words(answer.Answer.ToOther));
        }

        async Task<PagePicture> PictureAsync(int reference) => PagePictures.OfQuery(
            result.References[reference], await File.ReadAllBytesAsync(result.References[reference], cancel));
    }

    static string Words(float distance) =>
        float.IsFinite(distance) ? $"distance {distance.ToString("0.###", CultureInfo.InvariantCulture)}" : "no match";
}
