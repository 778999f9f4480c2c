namespace ImagePipeline.Core.Evaluation;

/// <summary>How well a signal finds the originals of edited copies.</summary>
public static class CopyScores
{
    /// <summary>
    /// The largest recall at a distance up to which no fewer than a share of the answers are right.
    /// </summary>
    /// <param name="answers">One per copy, in any order.</param>
    /// <param name="precision">The share, 0 to 1.</param>
    /// <returns>The best point; <see cref="OperatingPoint.None"/> where the nearest answer is wrong already.</returns>
    /// <remarks>
    /// The measure of thorn-oss/perception (benchmarking/common.py, compute_threshold_precision_recall): up to a distance t, a copy
    /// is right if its original lies within t and wrong if any other picture does (it may be both), and t grows while the precision
    /// holds. There equal distances enter one by one in an arbitrary order; here together. O(n log n).
    /// </remarks>
    public static OperatingPoint RecallAt(ReadOnlySpan<CopyAnswer> answers, double precision)
    {
        var originals = new float[answers.Length];
        var others = new float[answers.Length];
        for (var at = 0; at < answers.Length; at++)
        {
            (originals[at], others[at]) = (answers[at].ToOriginal, answers[at].ToOther);
        }

        Array.Sort(originals);
        Array.Sort(others);
        var best = OperatingPoint.None;
        var wrong = 0;
        for (var at = 0; at < originals.Length && float.IsFinite(originals[at]); at++)
        {
            var distance = originals[at];
            if (at + 1 < originals.Length && originals[at + 1] == distance)
            {
                continue;
            }

            while (wrong < others.Length && others[wrong] <= distance)
            {
                wrong++;
            }

            var reached = (at + 1.0) / (at + 1 + wrong);
            if (reached < precision)
            {
                break;
            }

            best = new(distance, reached, (at + 1.0) / originals.Length);
        }

        return best;
    }

    /// <summary>The share of copies whose original is nearer than everything else, 0 to 1; a tie is a miss.</summary>
    /// <param name="answers">One per copy.</param>
    public static double AccuracyAtOne(ReadOnlySpan<CopyAnswer> answers)
    {
        var first = 0;
        foreach (var answer in answers)
        {
            first += answer.IsFirst ? 1 : 0;
        }

        return answers.Length == 0 ? 0 : first / (double)answers.Length;
    }
}
