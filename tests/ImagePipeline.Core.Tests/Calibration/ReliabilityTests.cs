using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Core.Tests.Calibration;

public sealed class ReliabilityTests
{
    [Fact]
    public void It_is_its_definition_over_single_pairs()
    {
        var random = new Random(4);
        var pairs = Enumerable.Range(0, 5000).Select(_ => (Probability: random.NextDouble(), IsCopy: random.Next(2) == 0)).ToArray();

        var measured = Reliability.Of(pairs.Select(pair => (pair.Probability, new PairCount(0, pair.IsCopy ? 1 : 0, pair.IsCopy ? 0 : 1))), 0);

        var error = pairs.GroupBy(pair => (int)(pair.Probability * 10)).Sum(bin =>
            Math.Abs(bin.Sum(pair => pair.Probability) - bin.Count(pair => pair.IsCopy))) / pairs.Length;
        Assert.Equal(error, measured.CalibrationError, 1e-9);
        Assert.Equal(pairs.Average(pair => Math.Pow(pair.Probability - (pair.IsCopy ? 1 : 0), 2)), measured.Brier, 1e-9);
        Assert.Equal((pairs.Length, pairs.Count(pair => pair.IsCopy), 10), (measured.Pairs, measured.Copies, measured.Bins.Count));
    }

    [Fact]
    public void Predictions_that_come_true_have_no_error()
    {
        var measured = Reliability.Of([(0.25, new PairCount(0, 25, 75)), (0.9, new PairCount(0, 90, 10))], 0);

        Assert.Equal(0, measured.CalibrationError, 1e-12);
        Assert.Equal(((100 * 0.25 * 0.75) + (100 * 0.9 * 0.1)) / 200, measured.Brier, 1e-12);
        Assert.Equal([new(0.2, 0.3, 100, 0.25, 0.25), new(0.9, 1, 100, 0.9, 0.9)], measured.Bins, (one, other) =>
            Math.Abs(one.From - other.From) + Math.Abs(one.Predicted - other.Predicted) + Math.Abs(one.Observed - other.Observed) < 1e-9);
    }

    [Fact]
    public void Hopeless_pairs_are_left_out_and_none_left_is_no_error()
    {
        Assert.Equal(100, Reliability.Of([(0.005, new PairCount(0, 0, 1_000_000)), (0.5, new PairCount(0, 50, 50))], 0.01).Pairs);
        Assert.Equal((0, 0), (Reliability.Of([], 0).Pairs, Reliability.Of([], 0).CalibrationError));
    }
}
