using ImagePipeline.Core.Evaluation;

namespace ImagePipeline.Cli.Evaluation;

/// <summary>What a trial says of every signal: over each edit, over all published ones, and over all.</summary>
sealed record CopyTable(IReadOnlyList<CopyRow> Rows, IReadOnlyList<CopySummary> Summaries)
{
    /// <summary>The precision at which the published benchmarks of perceptual hashes give recall.</summary>
    public const double Precision = 0.9999;

    /// <summary>The precision at which the image similarity challenge gives recall.</summary>
    const double ChallengePrecision = 0.9;

    /// <summary>Measures a trial.</summary>
    public static CopyTable Of(CopyTrialResult result)
    {
        var rows = result.Edits.Select((edit, number) => Row(
            edit.Name, edit.IsHard, result, [.. result.Queries.Where(query => query.Edit == number)])).ToList();
        rows.Add(Row("published edits", false, result, [.. result.Queries.Where(query => !result.Edits[query.Edit].IsHard)]));
        rows.Add(Row("all edits", true, result, result.Queries));
        return new CopyTable(rows, [.. result.Signals.Select((signal, at) => Summary(signal.Name, result, at))]);
    }

    static CopyRow Row(string name, bool isHard, CopyTrialResult result, IReadOnlyList<CopyQuery> queries) => new(
        name, isHard, queries.Count,
        [.. result.Signals.Select((_, signal) => CopyScores.RecallAt([.. queries.Select(query => query.Answers[signal].Answer)], Precision))]);

    static CopySummary Summary(string name, CopyTrialResult result, int signal)
    {
        CopyAnswer[] answers = [.. result.Queries.Select(query => query.Answers[signal].Answer)];
        RankedPair[] pairs = [.. result.Queries.SelectMany(query => query.Answers[signal].Proposals)];
        return new CopySummary(
            name, PairScores.AveragePrecision(pairs, answers.Length), PairScores.RecallAt(pairs, answers.Length, ChallengePrecision),
            CopyScores.AccuracyAtOne(answers));
    }
}

/// <summary>Recall of every signal over the copies of one edit, or of several together.</summary>
/// <param name="Name">The edit.</param>
/// <param name="IsHard">Whether hard edits are among them.</param>
/// <param name="Copies">How many copies.</param>
/// <param name="Recalls">One per signal, each at a distance of its own.</param>
sealed record CopyRow(string Name, bool IsHard, int Copies, IReadOnlyList<OperatingPoint> Recalls);

/// <summary>Measures of one signal over all copies, at one distance for all.</summary>
/// <param name="Signal">Its name.</param>
/// <param name="AveragePrecision">Micro average precision, 0 to 1.</param>
/// <param name="RecallAtP90">Recall where nine of ten proposed pairs are right.</param>
/// <param name="AccuracyAtOne">Share of the copies whose original comes first, 0 to 1.</param>
sealed record CopySummary(string Signal, double AveragePrecision, OperatingPoint RecallAtP90, double AccuracyAtOne);
