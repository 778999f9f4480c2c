using System.Numerics;
using ImagePipeline.Core.Hamming;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hamming;

public sealed class BandsTests
{
    [Fact]
    public void Reordering_moves_every_bit_to_a_place_of_its_own()
    {
        var taken = new HashSet<Hash256>();
        for (var bit = 0; bit < 256; bit++)
        {
            var reordered = Bands.Reorder(OneBit(bit));

            Assert.Equal(1, reordered.DistanceTo(default));
            Assert.True(taken.Add(reordered));
        }
    }

    [Fact]
    public void Reordering_keeps_distances()
    {
        var hashes = RandomHashes.WithNearCopies(200, 1);
        for (var i = 1; i < hashes.Length; i++)
        {
            Assert.Equal(hashes[i - 1].DistanceTo(hashes[i]),
                Bands.Reorder(hashes[i - 1]).DistanceTo(Bands.Reorder(hashes[i])));
        }
    }

    [Fact]
    public void A_band_holds_one_bit_of_every_row_and_of_every_column()
    {
        var rows = new HashSet<(int Band, int Row)>();
        var columns = new HashSet<(int Band, int Column)>();
        for (var bit = 0; bit < 256; bit++)
        {
            var reordered = Bands.Reorder(OneBit(bit));
            var band = Enumerable.Range(0, Bands.Count).Single(b => Bands.Key(reordered, b) != 0);

            Assert.True(rows.Add((band, bit / 16)));
            Assert.True(columns.Add((band, bit % 16)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(22)]
    [InlineData(31)]
    public void Least_spread_that_every_band_misses_is_one_bit_beyond_the_radius(int radius)
    {
        var missed = Enumerable.Range(0, Bands.Count).Sum(band => Bands.ProbeRadius(radius, band) + 1);

        Assert.Equal(radius + 1, missed);
    }

    [Fact]
    public void Bands_of_real_hashes_are_less_skewed_than_rows()
    {
        var hashes = RealHashes.Load();

        var rows = Collisions(hashes, (hash, row) => (int)(Bands.Word(hash, row / 4) >> 16 * (row % 4)) & 0xFFFF);
        var bands = Collisions([.. hashes.Select(Bands.Reorder)], (hash, band) => Bands.Key(hash, band));

        Assert.True(bands.Max() < 40, $"a band collides {bands.Max():f1} times as often as random bits");
        Assert.True(bands.Average() < rows.Average(), $"{bands.Average():f1} against {rows.Average():f1}");
    }

    /// <summary>Per band, how many times as often as random bits two different hashes share a key.</summary>
    static double[] Collisions(Hash256[] hashes, Func<Hash256, int, int> key) =>
    [
        .. Enumerable.Range(0, Bands.Count).Select(band =>
            hashes.GroupBy(hash => key(hash, band)).Sum(bucket => (double)bucket.Count() * (bucket.Count() - 1))
            / ((double)hashes.Length * (hashes.Length - 1)) * Bands.Keys),
    ];

    static Hash256 OneBit(int bit)
    {
        Span<ulong> words = [0, 0, 0, 0];
        words[bit / 64] = BitOperations.RotateRight(1UL, bit % 64 + 1);
        return new(words[0], words[1], words[2], words[3]);
    }
}
