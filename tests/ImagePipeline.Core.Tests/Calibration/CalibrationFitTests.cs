using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Core.Tests.Calibration;

public sealed class CalibrationFitTests
{
    /// <summary>The share of copies that pairs are drawn with: a logistic curve around 0.4.</summary>
    static double True(double distance) => 1 / (1 + Math.Exp((distance - 0.4) / 0.05));

    [Fact]
    public void It_recovers_the_probability_that_pairs_were_drawn_with()
    {
        var curve = CalibrationFit.Fit(Drawn(new Random(1), pairsPerDistance: 2000), doubt: 3);

        for (var distance = 0.2; distance < 0.6; distance += 0.01)
        {
            Assert.InRange(curve.At(distance) - True(distance), -0.03, 0.03);
        }
    }

    [Fact]
    public void Where_nothing_wrong_was_seen_it_says_what_the_rule_of_three_says()
    {
        PairCount[] counts = [new(0.1, 300, 0), new(0.2, 297, 0), new(0.9, 0, 100_000)];

        var curve = CalibrationFit.Fit(counts, CalibrationFit.RuleOfThree);

        Assert.Equal(0.995, curve.Highest, 1e-12); // 597 of 600
        Assert.Equal([0.1, 0.2, 0.9], curve.Distances);
        Assert.Equal([0.995, 0.995, 0], curve.Probabilities);
    }

    [Fact]
    public void It_is_the_regression_itself_but_for_rounding_and_knots_left_out()
    {
        var counts = Drawn(new Random(5), pairsPerDistance: 40);
        double[] shares = [0, .. counts.Select(count => count.Copies / 40)];
        var fitted = new double[shares.Length];
        IsotonicRegression.FitDecreasing(shares, [3, .. counts.Select(_ => 40.0)], fitted);

        var curve = CalibrationFit.Fit(counts, doubt: 3);

        Assert.All(counts.Zip(fitted.Skip(1)), pair => Assert.InRange(curve.At(pair.First.Distance) - pair.Second, -0.03, 0.03));
    }

    [Fact]
    public void It_never_grows_has_few_knots_and_is_never_certain()
    {
        var random = new Random(2);
        for (var round = 0; round < 50; round++)
        {
            var curve = CalibrationFit.Fit(Drawn(random, pairsPerDistance: 1 + random.Next(20)), doubt: 0.5 + random.NextDouble());

            Assert.InRange(curve.Distances.Count, 1, CalibrationFit.MaxKnots);
            Assert.All(curve.Probabilities.Zip(curve.Probabilities.Skip(1)), pair => Assert.True(pair.Second <= pair.First));
            Assert.InRange(curve.Highest, 0, 0.9999);
        }
    }

    [Fact]
    public void More_doubt_makes_nothing_likelier()
    {
        var counts = Drawn(new Random(3), pairsPerDistance: 10);

        var (little, much) = (CalibrationFit.Fit(counts, 1), CalibrationFit.Fit(counts, 100));

        Assert.True(much.Highest < little.Highest);
    }

    [Fact]
    public void Pairs_out_of_order_none_at_all_and_no_doubt_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CalibrationFit.Fit([new(0.2, 1, 0), new(0.1, 1, 0)], 1));
        Assert.Throws<ArgumentException>(() => CalibrationFit.Fit([new(0.2, 0, 0)], 1));
        Assert.Throws<ArgumentException>(() => CalibrationFit.Fit([new(0.2, 1, 0)], 0));
    }

    static PairCount[] Drawn(Random random, int pairsPerDistance) => [.. Enumerable.Range(0, 1000).Select(at =>
    {
        var distance = at / 1000.0;
        var copies = Enumerable.Range(0, pairsPerDistance).Count(_ => random.NextDouble() < True(distance));
        return new PairCount(distance, copies, pairsPerDistance - copies);
    })];
}
