using ImagePipeline.Cli.Evaluation;
using ImagePipeline.Core.Calibration;

namespace ImagePipeline.Services.Tests.Models;

/// <summary>Pairs of an evaluation, counted by distance.</summary>
public sealed class Tallies
{
    const int Originals = 6;

    [Fact]
    public void Every_pair_is_counted_once_and_those_between_the_halves_in_neither()
    {
        var tally = new PairTally(Originals);
        var random = new Random(2);
        var pairs = Enumerable.Range(0, 2000)
            .Select(_ => (Own: random.Next(Originals), Reference: random.Next(20), Distance: 1.5f * random.NextSingle())).ToArray();
        foreach (var (own, reference, distance) in pairs)
        {
            tally.Add(own, reference, distance);
        }

        Assert.Equal(pairs.Count(pair => pair.Own == pair.Reference), tally.All().Sum(count => count.Copies));
        Assert.Equal(pairs.Count(pair => pair.Own != pair.Reference), tally.All().Sum(count => count.Others));
        Assert.Equal(
            pairs.Count(pair => pair.Own != pair.Reference && (pair.Reference >= Originals || (pair.Own - pair.Reference) % 2 == 0)),
            PairTally.Halves.Sum(half => tally.OfHalf(half).Sum(count => count.Others)));
        foreach (var half in PairTally.Halves)
        {
            Assert.Equal(
                pairs.Count(pair => pair.Own == pair.Reference && pair.Own % 2 == half && pair.Distance < 0.5),
                tally.OfHalf(half).Where(count => count.Distance < 0.5).Sum(count => count.Copies));
        }
    }

    [Fact]
    public void What_has_no_direction_is_as_far_as_can_be_and_rounding_below_zero_is_near()
    {
        var tally = new PairTally(1);
        tally.Add(0, 1, float.PositiveInfinity);
        tally.Add(0, 0, -1e-7f);

        var counts = tally.All();

        Assert.Equal(new PairCount(1, 0, 1), counts[^1]);
        Assert.Equal(1, counts[0].Copies);
    }
}
