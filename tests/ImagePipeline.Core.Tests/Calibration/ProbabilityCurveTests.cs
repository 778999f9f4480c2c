using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Core.Tests.Calibration;

public sealed class ProbabilityCurveTests
{
    static readonly ProbabilityCurve Curve = new([0.1, 0.2, 0.4, 0.8], [0.98, 0.9, 0.1, 0.1]);

    [Theory]
    [InlineData(-1, 0.98)]
    [InlineData(0.1, 0.98)]
    [InlineData(0.15, 0.94)]
    [InlineData(0.2, 0.9)]
    [InlineData(0.3, 0.5)]
    [InlineData(0.6, 0.1)]
    [InlineData(2, 0.1)]
    [InlineData(double.PositiveInfinity, 0.1)]
    [InlineData(double.NaN, 0)]
    public void It_is_straight_between_knots_and_level_beyond(double distance, double expected) =>
        Assert.Equal(expected, Curve.At(distance), 1e-12);

    [Theory]
    [InlineData(0.98, 0.1)]
    [InlineData(0.94, 0.15)]
    [InlineData(0.5, 0.3)]
    [InlineData(0.1, 0.8)]
    [InlineData(0.0, 0.8)]
    [InlineData(0.99, null)]
    [InlineData(double.NaN, null)]
    public void The_farthest_distance_of_a_probability_is_where_the_curve_leaves_it(double probability, double? expected) =>
        Assert.Equal(expected, Curve.FarthestAt(probability) is { } far ? Math.Round(far, 12) : null);

    [Fact]
    public void Up_to_the_farthest_distance_the_probability_holds_and_beyond_it_does_not()
    {
        var random = new Random(9);
        for (var round = 0; round < 1000; round++)
        {
            var probability = 0.1 + (0.88 * random.NextDouble());
            var far = Curve.FarthestAt(probability)!.Value;

            Assert.True(Curve.At(far) >= probability - 1e-12);
            Assert.True(Curve.At(far + 1e-6) < probability);
        }
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 0.5 }, "as many of each")]
    [InlineData(new double[0], new double[0], "at least one")]
    [InlineData(new[] { 0.1, 0.1 }, new[] { 0.5, 0.4 }, "must ascend")]
    [InlineData(new[] { 0.1, double.NaN }, new[] { 0.5, 0.4 }, "must ascend")]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 1.0, 0.4 }, "nothing is certain")]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 0.5, -0.1 }, "at least 0")]
    [InlineData(new[] { 0.1, 0.2 }, new[] { 0.5, 0.6 }, "never likelier")]
    public void Knots_that_make_no_curve_are_refused(double[] distances, double[] probabilities, string why) =>
        Assert.Contains(why, Assert.Throws<ArgumentException>(() => new ProbabilityCurve(distances, probabilities)).Message, StringComparison.Ordinal);
}
