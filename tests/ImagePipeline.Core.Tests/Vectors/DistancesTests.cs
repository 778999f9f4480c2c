using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Vectors;

public sealed class DistancesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(384)]
    public void Cosine_distance_equals_its_definition(int dimensions)
    {
        var random = new Random(1);
        for (var round = 0; round < 50; round++)
        {
            var a = RandomVectors.Gaussian(dimensions, random);
            var b = RandomVectors.Gaussian(dimensions, random);
            var dot = a.Zip(b, (x, y) => (double)x * y).Sum();
            var lengths = Math.Sqrt(a.Sum(x => (double)x * x)) * Math.Sqrt(b.Sum(x => (double)x * x));

            Assert.Equal(1 - dot / lengths, Distances.Cosine(a, b), 1e-5);
            Assert.Equal(Distances.Cosine(b, a), Distances.Cosine(a, b));
            Assert.InRange(Distances.Cosine(a, a), 0, 1e-6f);
            Assert.Equal(2, Distances.Cosine(a, [.. a.Select(x => -x)]), 1e-6f);
        }
    }

    [Fact]
    public void Vectors_of_different_dimensions_are_refused() =>
        Assert.Throws<ArgumentException>(() => Distances.Cosine(new float[3], new float[4]));

    [Fact]
    public void A_normalized_vector_has_length_one_and_keeps_its_direction()
    {
        var vector = RandomVectors.Gaussian(100, new Random(2));
        var scaled = (float[])vector.Clone();

        var length = Distances.NormalizeL2(scaled);

        Assert.Equal(1, Math.Sqrt(scaled.Sum(x => (double)x * x)), 1e-6);
        Assert.All(scaled.Zip(vector), pair => Assert.Equal(pair.Second, pair.First * length, 1e-5f));
    }

    [Fact]
    public void A_vector_without_direction_stays_as_it_is()
    {
        float[] zero = [0, 0];
        float[] broken = [1, float.NaN];

        Assert.Equal(0, Distances.NormalizeL2(zero));
        Assert.Equal([0, 0], zero);
        Assert.Equal(float.NaN, Distances.NormalizeL2(broken));
        Assert.Equal(1, broken[0]);
    }
}
