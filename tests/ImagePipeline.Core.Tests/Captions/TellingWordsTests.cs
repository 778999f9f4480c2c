using ImagePipeline.Core.Captions;

namespace ImagePipeline.Core.Tests.Captions;

/// <summary>Words that tell groups apart, beside the same counted thing by thing.</summary>
public sealed class TellingWordsTests
{
    [Fact]
    public void Words_are_as_telling_as_counted_thing_by_thing()
    {
        var random = new Random(3);
        string[] words = ["a", "b", "c", "d", "e", "f"];
        var groups = Enumerable.Range(0, 5).Select(group => Enumerable.Range(0, 4 + (7 * group))
            .Select(_ => words.Where((_, word) => random.NextDouble() < (word == group ? 0.8 : 0.1 * word)).ToHashSet()).ToArray()).ToArray();

        var found = TellingWords.Of([.. groups.Select(Count)]);

        for (var group = 0; group < groups.Length; group++)
        {
            Assert.Equal(words.Where(word => groups[group].Any(thing => thing.Contains(word))).Order(), found[group].Select(word => word.Text).Order());
            Assert.All(found[group], word =>
            {
                Assert.Equal(Naive(groups, group, word.Text), word.LogOdds, 1e-9);
                Assert.Equal(groups[group].Count(thing => thing.Contains(word.Text)), word.Count);
                Assert.Equal(groups.Average(things => things.Average(thing => thing.Contains(word.Text) ? 1.0 : 0)), word.Everywhere, 1e-9);
            });
            Assert.Equal(found[group].OrderByDescending(word => word.Score).ThenBy(word => word.Text, StringComparer.Ordinal), found[group]);
        }
    }

    [Fact]
    public void The_word_of_one_group_goes_before_one_of_many_and_one_of_a_single_thing()
    {
        WordCounts[] groups =
        [
            Words(45, ("sunflower", 41), ("plants", 45), ("photos", 45), ("odd", 1)),
            Words(60, ("rose", 60), ("plants", 60), ("photos", 60)), Words(60, ("cat", 50), ("photos", 60)),
        ];

        var found = TellingWords.Of(groups)[0];

        Assert.Equal(["sunflower", "plants", "odd", "photos"], found.Select(word => word.Text));
        Assert.All(found, word => Assert.True(double.IsFinite(word.LogOdds)));
    }

    [Fact]
    public void A_word_that_is_as_frequent_everywhere_tells_nothing()
    {
        var found = TellingWords.Of([Words(10, ("x", 5)), Words(30, ("x", 15)), Words(20, ("x", 10))]);

        Assert.All(found, words => Assert.InRange(words[0].LogOdds, -0.05, 0.05));
    }

    [Fact]
    public void One_group_alone_and_groups_without_things_have_their_words()
    {
        var alone = TellingWords.Of([Words(3, ("x", 3), ("y", 1))]);
        var none = TellingWords.Of([Words(0), Words(2, ("x", 2))]);

        Assert.All(alone[0], word => Assert.True(double.IsFinite(word.LogOdds)));
        Assert.Empty(none[0]);
        Assert.Single(none[1]);
        Assert.Throws<ArgumentException>(() => TellingWords.Of([Words(2, ("x", 3))]));
    }

    static double Naive(HashSet<string>[][] groups, int group, string word)
    {
        var all = groups.SelectMany(things => things).ToArray();
        var others = groups.Where((_, other) => other != group).SelectMany(things => things).ToArray();
        var prior = TellingWords.Prior * (all.Count(thing => thing.Contains(word)) + 0.5) / (all.Length + 1);
        return Odds(groups[group]) - Odds(others);

        double Odds(HashSet<string>[] things) => Math.Log(
            (things.Count(thing => thing.Contains(word)) + prior) / (things.Count(thing => !thing.Contains(word)) + TellingWords.Prior - prior));
    }

    static WordCounts Count(HashSet<string>[] things) => new(
        things.Length, things.SelectMany(thing => thing).CountBy(word => word).ToDictionary(word => word.Key, word => (double)word.Value));

    static WordCounts Words(int things, params (string Word, double Count)[] counts) =>
        new(things, counts.ToDictionary(word => word.Word, word => word.Count));
}
