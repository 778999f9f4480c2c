namespace ImagePipeline.Cli.Pages;

/// <summary>What <see cref="EvaluationPage"/> shows.</summary>
public sealed record EvaluationPageModel
{
    /// <summary>What was measured, in a sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>Names of the signals, a column each.</summary>
    public required IReadOnlyList<string> Signals { get; init; }

    /// <summary>Recall of every signal for every edit.</summary>
    public required IReadOnlyList<EvaluationRow> Recalls { get; init; }

    /// <summary>Measures over all copies: a row per measure.</summary>
    public required IReadOnlyList<EvaluationRow> Overall { get; init; }

    /// <summary>What was found about the probabilities of models; empty where that was not asked.</summary>
    public IReadOnlyList<CalibrationPicture> Calibrations { get; init; } = [];

    /// <summary>Which signal's misses are shown.</summary>
    public required string MissedBy { get; init; }

    /// <summary>The worst misses. Read once, one at a time.</summary>
    public required IAsyncEnumerable<EvaluationMiss> Misses { get; init; }
}

/// <summary>A row of a table.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Shares">One per signal, 0 to 1.</param>
public sealed record EvaluationRow(string Name, IReadOnlyList<double> Shares);

/// <summary>A copy whose original was not found.</summary>
/// <param name="Edit">What was done to the original.</param>
/// <param name="Copy">The copy.</param>
/// <param name="Original">What should have been found.</param>
/// <param name="ToOriginal">How far it is, in words.</param>
/// <param name="Other">What was nearer, or null.</param>
/// <param name="ToOther">How far that is, in words.</param>
public sealed record EvaluationMiss(
    string Edit, PagePicture Copy, PagePicture Original, string ToOriginal, PagePicture? Other, string ToOther);
