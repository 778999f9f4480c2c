using System.Text.Json;
using ImagePipeline.Core.Calibration;
using ImagePipeline.Core.Tests.Hashing;

namespace ImagePipeline.Core.Tests.Calibration;

public sealed class IsotonicRegressionTests
{
    [Fact]
    public void It_fits_as_scikit_learn_does()
    {
        var record = JsonDocument.Parse(
            File.ReadAllText(HashReferenceTests.RepositoryFile("tests/golden/calibration/sklearn.json"))).RootElement;
        foreach (var drawn in record.GetProperty("cases").EnumerateArray())
        {
            var expected = Numbers(drawn, "fitted");

            Assert.Equal(expected, Fit(Numbers(drawn, "shares"), Numbers(drawn, "weights")), (one, other) => Math.Abs(one - other) < 1e-9);
        }
    }

    [Fact]
    public void It_is_the_formula_of_least_and_greatest_means()
    {
        var random = new Random(8);
        for (var round = 0; round < 100; round++)
        {
            var values = Enumerable.Range(0, 1 + random.Next(30)).Select(_ => (double)random.Next(5)).ToArray();
            var weights = values.Select(_ => 0.1 + random.NextDouble()).ToArray();

            Assert.Equal(Naive(values, weights), Fit(values, weights), (one, other) => Math.Abs(one - other) < 1e-9);
        }
    }

    [Fact]
    public void What_falls_already_stays_as_it_is() => Assert.Equal([3, 2, 2, 1], Fit([3, 2, 2, 1], [1, 5, 1, 2]));

    [Fact]
    public void A_weight_of_zero_or_another_number_of_them_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Fit([1, 2], [1, 0]));
        Assert.Throws<ArgumentException>(() => Fit([1, 2], [1]));
    }

    static double[] Fit(double[] values, double[] weights)
    {
        var fitted = new double[values.Length];
        IsotonicRegression.FitDecreasing(values, weights, fitted);
        return fitted;
    }

    /// <summary>The min-max formula (Barlow et al. 1972): over starts up to here, the least of the greatest means over ends from here.</summary>
    static double[] Naive(double[] values, double[] weights) =>
        [.. values.Select((_, at) => Enumerable.Range(0, at + 1).Min(start => Enumerable.Range(at, values.Length - at).Max(end =>
            Enumerable.Range(start, end - start + 1).Sum(i => values[i] * weights[i])
            / Enumerable.Range(start, end - start + 1).Sum(i => weights[i]))))];

    static double[] Numbers(JsonElement from, string name) => [.. from.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
}
