using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

public sealed class HammingScanTests
{
    [Theory]
    [InlineData(0, 31)]
    [InlineData(1, 31)]
    [InlineData(7, 256)]
    [InlineData(8, 0)]
    [InlineData(9, 256)]
    [InlineData(1000, 0)]
    [InlineData(1001, 31)]
    [InlineData(1002, 48)]
    [InlineData(1003, 115)]
    [InlineData(1007, 128)]
    [InlineData(300, 256)]
    public void Scan_equals_comparing_with_everything(int count, int radius)
    {
        var hashes = RandomHashes.WithNearCopies(count, 1);
        foreach (var query in RandomHashes.Make(5, 2).Concat(hashes.Take(5)))
        {
            var matches = new List<Match>();

            HammingScan.Within(hashes, query, radius, matches);

            Assert.Equal(NaiveHamming.Within(hashes, query, radius), matches);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(48)]
    [InlineData(49)]
    [InlineData(110)]
    public void Next_hash_is_the_same_with_and_without_vectors(int radius)
    {
        var hashes = RandomHashes.WithNearCopies(500, 3);
        for (var from = 0; from <= hashes.Length; from++)
        {
            var fast = HammingKernel.Next(hashes, from, hashes[^1], radius, out var fastDistance);
            var plain = HammingKernel.NextScalar(hashes, from, hashes[^1], radius, out var plainDistance);

            Assert.Equal((plain, plainDistance), (fast, fastDistance));
        }
    }

    [Fact]
    public void Scan_adds_to_what_the_list_holds()
    {
        var hashes = RandomHashes.Make(20, 4);
        List<Match> matches = [new(-1, -1)];

        HammingScan.Within(hashes, hashes[7], 0, matches);

        Assert.Equal([new(-1, -1), new(7, 0)], matches);
    }

    [Theory]
    [InlineData(1, 256)]
    [InlineData(10, 256)]
    [InlineData(10, 20)]
    [InlineData(50, 110)]
    [InlineData(5000, 256)]
    public void Nearest_are_the_first_of_all_sorted_by_distance(int k, int radius)
    {
        var hashes = RandomHashes.WithNearCopies(5000, 5);
        var growing = new ChunkedList<Hash256>(); // more than two chunks
        Array.ForEach(hashes, growing.Add);
        foreach (var query in hashes.Take(10).Concat(RandomHashes.Make(5, 6)))
        {
            var (nearest, nearestOfGrowing) = (new List<Match>(), new List<Match>());

            HammingScan.Nearest(hashes, query, k, radius, nearest);
            HammingScan.Nearest(growing, query, k, radius, nearestOfGrowing);

            var expected = NaiveHamming.Within(hashes, query, radius).OrderBy(match => match.Distance)
                .ThenBy(match => match.Ordinal).Take(k).ToArray();
            Assert.Equal(expected, nearest);
            Assert.Equal(expected, nearestOfGrowing);
        }
    }

    [Fact]
    public void Of_many_equal_hashes_the_first_are_nearest()
    {
        var hashes = Enumerable.Repeat(RandomHashes.Make(1, 7)[0], 100).ToArray();
        var nearest = new List<Match>();

        HammingScan.Nearest(hashes, hashes[0], 3, 31, nearest);

        Assert.Equal([new(0, 0), new(1, 0), new(2, 0)], nearest);
    }

    [Theory]
    [InlineData(31)]
    [InlineData(120)]
    public void Each_hash_is_matched_with_its_nearest_variant(int radius)
    {
        var hashes = RandomHashes.WithNearCopies(3000, 8);
        var variants = hashes.Take(4).Concat(RandomHashes.Make(3, 9)).Append(hashes[0]).ToArray();
        var matches = new List<VariantMatch>();

        HammingScan.WithinAny(hashes, variants, radius, matches);

        var expected = hashes
            .Select((hash, i) => variants.Select((variant, v) => new VariantMatch(i, hash.DistanceTo(variant), v))
                .MinBy(match => (match.Distance, match.Variant)))
            .Where(match => match.Distance <= radius);
        Assert.Equal(expected, matches);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(257)]
    public void Radius_out_of_range_is_refused(int radius) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HammingScan.Within([], default, radius, []));
}
