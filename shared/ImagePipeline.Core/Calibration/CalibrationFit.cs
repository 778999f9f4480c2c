namespace ImagePipeline.Core.Calibration;

/// <summary>Turns counted pairs into a probability by distance.</summary>
/// <remarks>
/// The probability is that of a pair drawn from those that were counted, at the ratio of copies to others that they have: its prior.
/// Isotonic regression, level over each pool and straight from one to the next, as scikit-learn predicts. Where the nearest pairs are copies
/// without exception, regression alone would say 1. So it is given some wrong pairs more, at distance 0: of n trials without a failure, 3 / n
/// may fail at a confidence of 95 % (Hanley and Lippman-Hand 1983, the rule of three).
/// </remarks>
public static class CalibrationFit
{
    /// <summary>Most knots of a curve.</summary>
    public const int MaxKnots = 32;

    /// <summary>Trials that may fail, at a confidence of 95 %, though none did.</summary>
    public const double RuleOfThree = 3;

    // Knots that change nothing by more are left out.
    const double Flat = 0.0005;
    const double Digits = 1e4;

    /// <summary>Fits a curve.</summary>
    /// <param name="counts">Pairs by ascending distance.</param>
    /// <param name="doubt">Wrong pairs that are supposed at distance 0 beside those that were counted, above 0: three times as many as
    /// there are pairs that depend on each other, such as the copies of one original.</param>
    /// <exception cref="ArgumentException">Distances do not ascend, nothing was counted, or there is no doubt.</exception>
    public static ProbabilityCurve Fit(ReadOnlySpan<PairCount> counts, double doubt)
    {
        if (!(doubt > 0))
        {
            throw new ArgumentException($"A doubt of {doubt}: it must be above 0.", nameof(doubt));
        }

        var (shares, weights) = (new List<double> { 0 }, new List<double> { doubt });
        var distances = new List<double>();
        foreach (var count in counts)
        {
            if (distances.Count > 0 && count.Distance <= distances[^1])
            {
                throw new ArgumentException($"Distance {count.Distance} comes after {distances[^1]}: they must ascend.", nameof(counts));
            }

            if (count.Copies + count.Others > 0)
            {
                distances.Add(count.Distance);
                shares.Add(count.Copies / (count.Copies + count.Others));
                weights.Add(count.Copies + count.Others);
            }
        }

        if (distances.Count == 0)
        {
            throw new ArgumentException("No pair was counted.", nameof(counts));
        }

        var fitted = new double[shares.Count];
        IsotonicRegression.FitDecreasing([.. shares], [.. weights], fitted);
        return Thinned(Ends(distances, fitted));
    }

    /// <summary>Two knots for every pool, at its nearest and its farthest pairs; the supposed ones have none.</summary>
    static List<(double Distance, double Probability)> Ends(List<double> distances, double[] fitted)
    {
        var knots = new List<(double Distance, double Probability)>();
        for (var at = 0; at < distances.Count; at++)
        {
            // Rounded down: a bound stays one.
            var probability = Math.Floor(fitted[at + 1] * Digits) / Digits;
            var goesOn = at + 1 < distances.Count && fitted[at + 2] == fitted[at + 1];
            if (!goesOn || at == 0 || fitted[at] != fitted[at + 1])
            {
                knots.Add((distances[at], probability));
            }
        }

        return knots;
    }

    /// <summary>The first and the last knot, and those between that a line errs by most at, one after the other.</summary>
    static ProbabilityCurve Thinned(List<(double Distance, double Probability)> knots)
    {
        var kept = new SortedSet<int> { 0, knots.Count - 1 };
        while (kept.Count < MaxKnots)
        {
            var curve = new ProbabilityCurve(kept.Select(at => knots[at].Distance), kept.Select(at => knots[at].Probability));
            var worst = Enumerable.Range(0, knots.Count).MaxBy(at => Math.Abs(curve.At(knots[at].Distance) - knots[at].Probability));
            if (Math.Abs(curve.At(knots[worst].Distance) - knots[worst].Probability) < Flat)
            {
                break;
            }

            kept.Add(worst);
        }

        return new ProbabilityCurve(kept.Select(at => knots[at].Distance), kept.Select(at => knots[at].Probability));
    }
}
