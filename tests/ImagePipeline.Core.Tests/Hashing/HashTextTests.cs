using System.Text.Json;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Tests.Hashing;

public class HashTextTests
{
    [Fact]
    public void Text_and_bytes_are_big_endian()
    {
        var hash = new Hash256(0x0123456789abcdef, 0, 0, 0xF);
        var bytes = new byte[Hash256.ByteCount];
        hash.WriteBytes(bytes);

        Assert.Equal("0123456789abcdef" + new string('0', 47) + "f", hash.ToString());
        Assert.Equal(hash.ToString(), Convert.ToHexStringLower(bytes));
        Assert.Equal("00000000000000ff", new Hash64(0xFF).ToString());
    }

    [Fact]
    public void Text_and_bytes_round_trip()
    {
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            var wide = new Hash256(Next(random), Next(random), Next(random), Next(random));
            var bytes = new byte[Hash256.ByteCount];

            wide.WriteBytes(bytes);
            Assert.Equal(wide, Hash256.FromBytes(bytes));
            Assert.Equal(wide, Hash256.Parse(wide.ToString().ToUpperInvariant()));

            var narrow = new Hash64(wide.W0);
            narrow.WriteBytes(bytes);
            Assert.Equal(narrow, Hash64.FromBytes(bytes));
            Assert.Equal(narrow, Hash64.Parse(narrow.ToString()));
        }
    }

    [Fact]
    public void Distance_counts_differing_bits()
    {
        var hash = new Hash256(1, 2, 4, 8);

        Assert.Equal(0, hash.DistanceTo(hash));
        Assert.Equal(4, hash.DistanceTo(default));
        Assert.Equal(4, default(Hash256).DistanceTo(hash));
        Assert.Equal(256, hash.DistanceTo(new(~1ul, ~2ul, ~4ul, ~8ul)));
        Assert.Equal(64, new Hash64(5).DistanceTo(new(~5ul)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef0")]
    [InlineData("0123456789abcdeg")]
    [InlineData(" 123456789abcdef")]
    [InlineData("-123456789abcdef")]
    [InlineData("0x23456789abcdef")]
    public void Other_text_is_refused(string text)
    {
        Assert.False(Hash64.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Hash64.Parse(text));
        Assert.False(Hash256.TryParse(new string('0', 48) + text, out _));
        Assert.Throws<FormatException>(() => Hash256.Parse(text));
    }

    [Fact]
    public void Short_spans_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Hash256.FromBytes(new byte[31]));
        Assert.ThrowsAny<ArgumentException>(() => default(Hash256).WriteBytes(new byte[31]));
        Assert.ThrowsAny<ArgumentException>(() => Hash64.FromBytes(new byte[7]));
        Assert.ThrowsAny<ArgumentException>(() => default(Hash64).WriteBytes(new byte[7]));
    }

    /// <summary>The checks that ThreatExchange's own test makes of the text.</summary>
    [Fact]
    public void Text_is_read_as_the_reference_reads_it()
    {
        var vectors = HashReferenceTests.RepositoryFile("../shared/data/pdq/vectors.json");
        Assert.SkipUnless(File.Exists(vectors), "../shared/data is not here.");
        var checks = JsonDocument.Parse(File.ReadAllBytes(vectors)).RootElement.GetProperty("hash_text_checks");

        var hash = Hash256.Parse(checks.GetProperty("hash").GetString());

        Assert.Equal(checks.GetProperty("hamming_norm").GetInt32(), hash.DistanceTo(default));
        Assert.Equal(checks.GetProperty("hash").GetString(), hash.ToString());
        Assert.All(
            checks.GetProperty("invalid").EnumerateArray(),
            text => Assert.False(Hash256.TryParse(text.GetString(), out _)));
    }

    static ulong Next(Random random) => (ulong)random.NextInt64(long.MinValue, long.MaxValue);
}
