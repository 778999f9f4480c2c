using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>Vectors around centres, the same in every run.</summary>
static class Blobs
{
    /// <summary>Draws normal vectors around centres that are themselves normal.</summary>
    /// <param name="rows">How many.</param>
    /// <param name="dimensions">Numbers of a vector.</param>
    /// <param name="centres">How many centres; row r belongs to centre r % centres.</param>
    /// <param name="spread">Standard deviation around a centre, in units of that of the centres.</param>
    /// <param name="seed">Which.</param>
    public static VectorMatrix Draw(int rows, int dimensions, int centres, double spread, int seed)
    {
        var random = new Random(seed);
        var centre = Enumerable.Range(0, centres).Select(_ => Vectors.RandomVectors.Gaussian(dimensions, random)).ToArray();
        var values = new float[rows * dimensions];
        for (var row = 0; row < rows; row++)
        {
            var noise = Vectors.RandomVectors.Gaussian(dimensions, random);
            for (var d = 0; d < dimensions; d++)
            {
                values[row * dimensions + d] = centre[row % centres][d] + (float)spread * noise[d];
            }
        }

        return new(values, rows, dimensions);
    }

    /// <summary>The same vectors moved far from the origin.</summary>
    public static VectorMatrix Moved(VectorMatrix vectors, float by) =>
        new(vectors.Memory.ToArray().Select(x => x + by).ToArray(), vectors.Rows, vectors.Dimensions);

    /// <summary>Whether two labellings are the same but for the names of the clusters.</summary>
    public static void AssertSamePartition(ReadOnlySpan<int> expected, ReadOnlySpan<int> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (there, back) = (new Dictionary<int, int>(), new Dictionary<int, int>());
        for (var i = 0; i < expected.Length; i++)
        {
            there.TryAdd(expected[i], actual[i]);
            back.TryAdd(actual[i], expected[i]);
            Assert.True(there[expected[i]] == actual[i] && back[actual[i]] == expected[i], $"row {i} is grouped otherwise");
        }
    }
}
