using System.Numerics;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Vectors;

public sealed class SignCodeTests
{
    [Theory]
    [InlineData(64, 0.1)]
    [InlineData(64, 1.0)]
    [InlineData(384, 0.05)]
    [InlineData(384, 0.3)]
    [InlineData(384, 0.8)]
    [InlineData(384, Math.PI / 2)]
    [InlineData(384, 2.5)]
    [InlineData(1000, 0.5)]
    public void Codes_differ_in_proportion_to_the_angle(int dimensions, double angle)
    {
        const int rounds = 400;
        var code = new SignCode(dimensions, seed: 1);
        var random = new Random(2);
        var distances = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            var (a, b) = RandomVectors.AtAngle(dimensions, angle, random);
            distances[round] = code.Encode(a).DistanceTo(code.Encode(b));
        }

        var expected = SignCode.ExpectedDistance(1 - Math.Cos(angle));
        var share = angle / Math.PI;
        var deviation = Math.Sqrt(256 * share * (1 - share)); // of one code, if the planes were independent
        var mean = distances.Average();
        var measured = Math.Sqrt(distances.Average(distance => (distance - mean) * (distance - mean)));
        Assert.Equal(256 * share, expected, 1e-6);
        Assert.Equal(expected, mean, 5 * deviation / Math.Sqrt(rounds));
        Assert.True(measured < 1.25 * deviation, $"deviation {measured:f2}, independent planes {deviation:f2}");
    }

    [Fact]
    public void Codes_depend_on_the_direction_only()
    {
        var code = new SignCode(384, seed: 3);
        var vector = RandomVectors.Gaussian(384, new Random(4));

        Assert.Equal(code.Encode(vector), code.Encode([.. vector.Select(x => 1000 * x)]));
        Assert.Equal(256, code.Encode(vector).DistanceTo(code.Encode([.. vector.Select(x => -x)])));
    }

    [Fact]
    public void Bits_of_single_coordinates_are_balanced()
    {
        // The hardest input: all weight in one coordinate, as after a ReLU that left one feature.
        var code = new SignCode(384, seed: 5);
        var ones = Enumerable.Range(0, 384).Select(i =>
        {
            var hash = code.Encode([.. Enumerable.Range(0, 384).Select(j => i == j ? 1f : 0)]);
            return hash.DistanceTo(default);
        }).ToArray();

        Assert.Equal(128, ones.Average(), 3.0);
        Assert.All(ones, count => Assert.InRange(count, 80, 176));
    }

    [Fact]
    public void The_seed_decides()
    {
        var vector = RandomVectors.Gaussian(100, new Random(6));

        Assert.Equal(new SignCode(100, 1).Encode(vector), new SignCode(100, 1).Encode(vector));
        Assert.InRange(new SignCode(100, 1).Encode(vector).DistanceTo(new SignCode(100, 2).Encode(vector)), 80, 176);
    }

    [Fact]
    public void A_code_is_the_same_on_every_machine()
    {
        // Recorded from the first version: stored codes must stay comparable.
        var vector = Enumerable.Range(0, 384).Select(i => i % 7 - 3f).ToArray();

        Assert.Equal("64cbc25c478dbb106a97a2468834c31d647541b66096f6bf45799935a2e9bf19",
            new SignCode(384, seed: 1).Encode(vector).ToString());
    }

    [Fact]
    public void Vectors_without_direction_or_of_other_dimensions_are_refused()
    {
        var code = new SignCode(3, seed: 1);

        Assert.Throws<ArgumentException>(() => code.Encode([0, 0, 0]));
        Assert.Throws<ArgumentException>(() => code.Encode([1, float.NaN, 0]));
        Assert.Throws<ArgumentException>(() => code.Encode([1, 2]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(64)]
    public void The_fast_transform_equals_the_Hadamard_matrix(int length)
    {
        var values = RandomVectors.Gaussian(length, new Random(7));
        var fast = (float[])values.Clone();

        WalshHadamard.Transform(fast);

        // Row i, column j of the matrix is -1 to the number of bits that i and j share.
        var expected = Enumerable.Range(0, length).Select(i => Enumerable.Range(0, length)
            .Sum(j => (BitOperations.PopCount((uint)(i & j)) % 2 == 0 ? 1 : -1) * (double)values[j]));
        Assert.All(expected.Zip(fast), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }

    [Fact]
    public void The_transform_wants_a_power_of_two() =>
        Assert.Throws<ArgumentException>(() => WalshHadamard.Transform(new float[12]));
}
