using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

public sealed class HammingIndexTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(23)]
    [InlineData(31)]
    public void Search_equals_a_scan_at_every_stage_of_growth(int radius)
    {
        var hashes = RandomHashes.WithNearCopies(12_000, 1);
        var index = new HammingIndex();
        for (var i = 0; i < hashes.Length; i++)
        {
            Assert.Equal(i, index.Add(hashes[i]));
            if (i % 1999 == 0 || i is 4095 or 4096 or 4097)
            {
                AssertSame(hashes[..(i + 1)], index, hashes[i], radius);
                AssertSame(hashes[..(i + 1)], index, hashes[i / 2], radius);
            }
        }

        Assert.Equal(hashes.Length, index.Count);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(31)]
    public void Bits_spread_to_defeat_the_bands_are_found_up_to_the_radius(int radius)
    {
        // As many differing bits in every band as the pigeonhole leaves: the hardest case.
        var query = RandomHashes.Make(1, 2)[0];
        var index = new HammingIndex();
        index.AddRange(RandomHashes.Make(10_000, 3));
        var random = new Random(4);
        for (var i = 0; i < 500; i++)
        {
            index.Add(RandomHashes.Flip(query, radius + i % 2, random));
        }

        for (var i = 0; i < 5000; i++)
        {
            index.Add(RandomHashes.One(random));
        }

        var matches = new List<Match>();
        index.Search(query, radius, matches);

        Assert.Equal(Enumerable.Range(0, 250).Select(i => new Match(10_000 + 2 * i, radius)),
            matches.OrderBy(match => match.Ordinal));
    }

    [Fact]
    public void Ranges_and_single_hashes_make_the_same_index()
    {
        var hashes = RandomHashes.WithNearCopies(9000, 5);
        var index = new HammingIndex();
        index.AddRange(hashes.AsSpan(0, 5000));
        index.Add(hashes[5000]);
        index.AddRange(hashes.AsSpan(5001));

        foreach (var query in hashes.Take(50))
        {
            AssertSame(hashes, index, query, 31);
        }
    }

    [Fact]
    public void Needles_are_found_in_the_haystack_of_real_hashes()
    {
        var haystack = RealHashes.Load();
        var needles = RealHashes.Load("needles.txt");
        var index = new HammingIndex();
        index.AddRange(haystack);
        index.AddRange(RandomHashes.Make(5000, 6));
        Hash256[] all = [.. haystack, .. RandomHashes.Make(5000, 6)];

        foreach (var needle in needles.Concat(haystack))
        {
            AssertSame(all, index, needle, 31);
        }
    }

    [Fact]
    public void An_empty_index_finds_nothing()
    {
        var matches = new List<Match>();

        new HammingIndex().Search(default, 31, matches);

        Assert.Empty(matches);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(32)]
    public void Radius_out_of_range_is_refused(int radius) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HammingIndex().Search(default, radius, []));

    static void AssertSame(Hash256[] hashes, HammingIndex index, Hash256 query, int radius)
    {
        var matches = new List<Match>();
        index.Search(query, radius, matches);

        Assert.Equal(NaiveHamming.Within(hashes, query, radius), matches.OrderBy(match => match.Ordinal));
    }
}
