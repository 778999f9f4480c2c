using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

public sealed class HammingPairsTests
{
    [Fact]
    public void Pairs_of_20000_hashes_equal_comparing_all_with_all()
    {
        var hashes = RandomHashes.WithNearCopies(20_000, 1);

        var pairs = HammingPairs.Find(hashes, 31, threads: 2, cancel: TestContext.Current.CancellationToken);

        Assert.True(pairs.Count > 4000);
        Assert.Equal(NaiveHamming.Pairs(hashes, 31), pairs);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(15, 2)]
    [InlineData(16, 3)]
    [InlineData(24, 1)]
    [InlineData(30, 4)]
    public void Every_radius_and_any_number_of_threads_gives_the_same(int radius, int threads)
    {
        var hashes = RandomHashes.WithNearCopies(3000, 2);

        Assert.Equal(NaiveHamming.Pairs(hashes, radius), HammingPairs.Find(hashes, radius, threads));
    }

    [Theory]
    [InlineData("haystack.txt")]
    [InlineData("needles.txt")]
    public void Pairs_of_real_hashes_equal_comparing_all_with_all(string name)
    {
        var hashes = RealHashes.Load(name);

        Assert.Equal(NaiveHamming.Pairs(hashes, 31), HammingPairs.Find(hashes, 31, 2));
    }

    [Fact]
    public void A_cloud_of_near_copies_is_found_whole()
    {
        // All within 30 bits of each other: every bucket is skewed.
        var random = new Random(3);
        var centre = RandomHashes.One(random);
        var hashes = Enumerable.Range(0, 500).Select(_ => RandomHashes.Flip(centre, 15, random)).ToArray();

        Assert.Equal(NaiveHamming.Pairs(hashes, 31), HammingPairs.Find(hashes, 31, 2));
    }

    [Fact]
    public void Few_equal_hashes_are_paired_in_full()
    {
        var some = RandomHashes.WithNearCopies(300, 4);
        Hash256[] hashes = [.. some, .. some[..100], .. some[50..], .. Enumerable.Repeat(some[0], 61)];

        Assert.Equal(NaiveHamming.Pairs(hashes, 31), HammingPairs.Find(hashes, 31, 2));
    }

    [Fact]
    public void Many_equal_hashes_make_a_star_around_the_first()
    {
        var random = new Random(5);
        var centre = RandomHashes.One(random);
        Hash256[] hashes =
        [
            RandomHashes.One(random), .. Enumerable.Repeat(centre, 50_000), RandomHashes.Flip(centre, 20, random),
        ];

        var pairs = HammingPairs.Find(hashes, 31, 2);

        Assert.Equal(50_000, pairs.Count);
        Assert.All(pairs, pair => Assert.Equal(1, pair.A));
        Assert.Equal(new(1, 50_001, 20), pairs[^1]);
        Assert.Equal(49_999, pairs.Count(pair => pair.Distance == 0));
    }

    [Fact]
    public void Too_many_pairs_are_an_error_and_not_a_shorter_answer()
    {
        var random = new Random(6);
        var centre = RandomHashes.One(random);
        var hashes = Enumerable.Range(0, 200).Select(_ => RandomHashes.Flip(centre, 10, random)).ToArray();

        Assert.Equal(19_900, HammingPairs.Find(hashes, 31, 2, maximumPairs: 19_900).Count);
        Assert.Throws<InvalidOperationException>(() => HammingPairs.Find(hashes, 31, 2, maximumPairs: 19_899));
    }

    [Fact]
    public void Cancelled_search_stops()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(
            () => HammingPairs.Find(RandomHashes.Make(100, 7), 31, 2, cancel: source.Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void No_pairs_in_a_collection_too_small_to_have_any(int count) =>
        Assert.Empty(HammingPairs.Find(RandomHashes.Make(count, 8), 31, 2));
}
