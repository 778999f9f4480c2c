namespace ImagePipeline.Core.Calibration;

/// <summary>Turns counted pairs into a probability by distance.</summary>
/// <remarks>
/// The probability is that of a pair drawn from those that were counted, at the ratio of copies to others that they have: its prior.
/// Isotonic regression, of which each pool becomes one knot at its mean distance (centred isotonic regression: Oron and Flournoy 2017), so
/// that the curve falls everywhere between knots and a probability belongs to one distance. Where the nearest pairs are copies without
/// exception, regression alone would say 1. So it is given some wrong pairs more, at distance 0: of n trials without a failure, 3 / n may
/// fail at a confidence of 95 % (Hanley and Lippman-Hand 1983, the rule of three).
/// </remarks>
public static class CalibrationFit
{
    /// <summary>Most knots of a curve.</summary>
    public const int MaxKnots = 24;

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
        return Thinned(Centred(distances, weights, fitted));
    }

    /// <summary>One knot for every pool, at the mean distance of its pairs; the supposed ones have none.</summary>
    static List<(double Distance, double Probability)> Centred(List<double> distances, List<double> weights, double[] fitted)
    {
        var knots = new List<(double Distance, double Probability)>();
        for (var first = 0; first < distances.Count;)
        {
            var (sum, weight, end) = (0.0, 0.0, first);
            for (; end < distances.Count && fitted[end + 1] == fitted[first + 1]; end++)
            {
                sum += distances[end] * weights[end + 1];
                weight += weights[end + 1];
            }

            // Rounded down: a bound stays one.
            var knot = (Math.Round(sum / weight * Digits) / Digits, Math.Floor(fitted[first + 1] * Digits) / Digits);
            if (knots.Count == 0 || knot.Item1 > knots[^1].Distance)
            {
                knots.Add(knot);
            }

            first = end;
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
