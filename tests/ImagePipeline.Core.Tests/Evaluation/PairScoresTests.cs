using ImagePipeline.Core.Evaluation;

namespace ImagePipeline.Core.Tests.Evaluation;

public sealed class PairScoresTests
{
    [Fact]
    public void Average_precision_is_its_definition()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var pairs = Pairs(random, 1 + random.Next(60), coarse: false);
            var matches = pairs.Count(pair => pair.IsMatch) + random.Next(5);

            Assert.Equal(NaiveAveragePrecision(pairs, matches), PairScores.AveragePrecision(pairs, matches), 1e-9);
        }
    }

    [Fact]
    public void The_order_of_the_pairs_does_not_matter_even_where_distances_are_equal()
    {
        var random = new Random(4);
        var pairs = Pairs(random, 200, coarse: true);
        var shuffled = (RankedPair[])pairs.Clone();
        random.Shuffle(shuffled);

        Assert.Equal(PairScores.AveragePrecision(pairs, 200), PairScores.AveragePrecision(shuffled, 200), 1e-12);
        Assert.Equal(PairScores.RecallAt(pairs, 200, 0.5), PairScores.RecallAt(shuffled, 200, 0.5));
    }

    [Fact]
    public void All_matches_first_is_one_and_none_is_zero()
    {
        Assert.Equal(1, PairScores.AveragePrecision([new(0.1f, true), new(0.2f, true), new(0.3f, false)], 2), 1e-12);
        Assert.Equal(0.5, PairScores.AveragePrecision([new(0.1f, true)], 2), 1e-12);
        Assert.Equal(0, PairScores.AveragePrecision([new(0.1f, false)], 2), 1e-12);
        Assert.Equal(0, PairScores.AveragePrecision([], 0), 1e-12);
    }

    [Fact]
    public void Recall_looks_beyond_a_wrong_pair_for_a_distance_that_is_good_enough_again()
    {
        RankedPair[] pairs = [new(0, false), .. Enumerable.Range(1, 9).Select(at => new RankedPair(at, true))];

        Assert.Equal(new OperatingPoint(9, 0.9, 0.9), PairScores.RecallAt(pairs, 10, 0.9));
        Assert.Equal(0, PairScores.RecallAt(pairs, 10, 0.95).Recall);
    }

    [Fact]
    public void More_matches_than_exist_are_refused() =>
        Assert.Throws<ArgumentException>(() => PairScores.AveragePrecision([new(0, true), new(1, true)], 1));

    static RankedPair[] Pairs(Random random, int count, bool coarse) => [.. Enumerable.Range(0, count).Select(_ =>
    {
        var isMatch = random.Next(2) == 0;
        var distance = random.NextSingle() + (isMatch ? 0 : 0.3f);
        return new RankedPair(coarse ? MathF.Round(distance * 10) : distance, isMatch);
    })];

    /// <summary>sklearn.metrics.average_precision_score over what is proposed, spread over all that exist.</summary>
    static double NaiveAveragePrecision(RankedPair[] pairs, int matches)
    {
        var (sum, sorted) = (0.0, pairs.OrderBy(pair => pair.Distance).ToArray());
        for (var at = 0; at < sorted.Length; at++)
        {
            sum += sorted[at].IsMatch ? sorted[..(at + 1)].Count(pair => pair.IsMatch) / (at + 1.0) : 0;
        }

        return matches == 0 ? 0 : sum / matches;
    }
}
