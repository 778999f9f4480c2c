using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Vectors;

public sealed class NibbleVectorsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(333)]
    [InlineData(512)]
    public void A_product_is_that_of_the_rounded_vector(int dimensions)
    {
        var random = new Random(dimensions);
        var vectors = new NibbleVectors(dimensions);
        var rounded = new List<double[]>();
        for (var i = 0; i < 400; i++)
        {
            var vector = Vector(random, dimensions);
            vectors.Add(vector);
            rounded.Add(Rounded(vector));
        }

        Assert.Equal(400, vectors.Count);
        foreach (var length in new[] { dimensions, (dimensions + 1) / 2, Math.Max(1, dimensions / 3) })
        {
            var other = Vector(random, length);
            for (var i = 0; i < vectors.Count; i++)
            {
                var expected = other.Select((number, at) => number * rounded[i][at]).Sum();
                Assert.Equal(expected, vectors.Dot(i, other), 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(64)]
    [InlineData(512)]
    public void An_estimate_of_a_cosine_errs_as_much_as_it_says(int dimensions)
    {
        const int Count = 3000;
        var random = new Random(11);
        var vectors = new NibbleVectors(dimensions);
        var (squares, beyond) = (0.0, 0);
        for (var i = 0; i < Count; i++)
        {
            var (vector, other) = (Vector(random, dimensions), Vector(random, dimensions));
            Distances.NormalizeL2(other);
            vectors.Add(vector);

            var error = vectors.Dot(i, other) - (1 - Distances.Cosine(vector, other));

            squares += Math.Pow(error / vectors.Deviation(i), 2);
            beyond += Math.Abs(error) > 3 * vectors.Deviation(i) ? 1 : 0;
        }

        Assert.InRange(Math.Sqrt(squares / Count), 0.9, 1.1);
        Assert.InRange(beyond, 0, Count / 100);
    }

    [Fact]
    public void The_length_of_a_vector_does_not_matter()
    {
        float[] vector = [3, -4, 0.5f];
        var vectors = new NibbleVectors(3);
        vectors.Add(vector);
        vectors.Add([.. vector.Select(number => number * 1e6f)]);

        Assert.Equal(vectors.Dot(0, [1, 0, 0]), vectors.Dot(1, [1, 0, 0]), 1e-6f);
        Assert.Equal(0.6f, vectors.Dot(0, [1, 0, 0]), 0.1f);
    }

    [Fact]
    public void Vectors_without_direction_or_of_other_dimensions_are_refused()
    {
        var vectors = new NibbleVectors(3);

        Assert.Throws<ArgumentException>(() => vectors.Add([0, 0, 0]));
        Assert.Throws<ArgumentException>(() => vectors.Add([1, float.NaN, 0]));
        Assert.Throws<ArgumentException>(() => vectors.Add([1, 2]));
        vectors.Add([1, 2, 3]);
        Assert.Throws<ArgumentException>(() => vectors.Dot(0, [1, 2, 3, 4]));
        Assert.Equal(1, vectors.Count);
    }

    /// <summary>The vector at length 1, each number a multiple of a seventh of the largest, as the summary says.</summary>
    static double[] Rounded(float[] vector)
    {
        var largest = vector.Max(Math.Abs);
        var length = Math.Sqrt(vector.Sum(number => (double)number * number));
        return [.. vector.Select(number => MathF.Round(number / (largest / 7)) * (largest / 7) / length)];
    }

    static float[] Vector(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)(random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5))];
}
