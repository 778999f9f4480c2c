namespace ImagePipeline.Core.Calibration;

/// <summary>Pairs that were given about the same probability.</summary>
/// <param name="From">Least probability.</param>
/// <param name="To">Most.</param>
/// <param name="Pairs">How many were given one between.</param>
/// <param name="Predicted">Mean of what they were given.</param>
/// <param name="Observed">Share of copies among them.</param>
public readonly record struct ReliabilityBin(double From, double To, double Pairs, double Predicted, double Observed);

/// <summary>How well predicted probabilities agree with what came.</summary>
/// <param name="Pairs">Pairs that were looked at.</param>
/// <param name="Copies">Copies among them.</param>
/// <param name="CalibrationError">Expected calibration error, 0 to 1: mean distance of prediction and share over the bins, by pairs (Naeini,
/// Cooper and Hauskrecht 2015).</param>
/// <param name="Brier">Mean squared error of the probability of a pair, 0 to 1 (Brier 1950).</param>
/// <param name="Bins">Tenths that hold any pair, ascending.</param>
public sealed record Reliability(double Pairs, double Copies, double CalibrationError, double Brier, IReadOnlyList<ReliabilityBin> Bins)
{
    const int BinCount = 10;

    /// <summary>Measures it over pairs that had no part in the fit, without those that are hopeless by their probability: nearly all pairs
    /// are, and would make any prediction look good.</summary>
    /// <param name="predictions">Probability and counts, in any order; the distance is not looked at.</param>
    /// <param name="atLeast">Least probability that is looked at.</param>
    public static Reliability Of(IEnumerable<(double Probability, PairCount Count)> predictions, double atLeast)
    {
        var sums = new (double Pairs, double Copies, double Predicted)[BinCount];
        var squares = 0.0;
        foreach (var (probability, count) in predictions.Where(prediction => prediction.Probability >= atLeast))
        {
            ref var bin = ref sums[Math.Min(BinCount - 1, (int)(probability * BinCount))];
            var pairs = count.Copies + count.Others;
            bin = (bin.Pairs + pairs, bin.Copies + count.Copies, bin.Predicted + (probability * pairs));
            squares += (count.Copies * (1 - probability) * (1 - probability)) + (count.Others * probability * probability);
        }

        var (all, copies) = (sums.Sum(bin => bin.Pairs), sums.Sum(bin => bin.Copies));
        ReliabilityBin[] bins = [.. sums.Select((bin, at) => new ReliabilityBin(
            (double)at / BinCount, (at + 1.0) / BinCount, bin.Pairs, bin.Predicted / bin.Pairs, bin.Copies / bin.Pairs)).Where(bin => bin.Pairs > 0)];
        return all == 0
            ? new Reliability(0, 0, 0, 0, [])
            : new Reliability(all, copies, bins.Sum(bin => bin.Pairs * Math.Abs(bin.Predicted - bin.Observed)) / all, squares / all, bins);
    }
}
