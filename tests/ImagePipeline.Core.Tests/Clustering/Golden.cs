using System.Text.Json;
using ImagePipeline.Core.Tests.Hashing;
using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Core.Tests.Clustering;

/// <summary>What scikit-learn made of drawn vectors: tests/golden/clustering, see record.py there.</summary>
static class Golden
{
    /// <summary>600 vectors of 16 dimensions around 12 centres.</summary>
    public static VectorMatrix Vectors { get; } = Draw(600, 16, 12, 1, 1);

    /// <summary>500 points in the plane around 5 centres.</summary>
    public static VectorMatrix Points { get; } = Draw(500, 2, 5, 0.3f, 2);

    public static JsonElement Record { get; } = JsonDocument.Parse(
        File.ReadAllText(HashReferenceTests.RepositoryFile("tests/golden/clustering/sklearn.json"))).RootElement;

    public static int[] Integers(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetInt32())];

    public static double[] Numbers(JsonElement values) => [.. values.EnumerateArray().Select(value => value.GetDouble())];

    /// <summary>The same numbers as draw() of record.py.</summary>
    static VectorMatrix Draw(int rows, int dimensions, int centres, float spread, ulong seed)
    {
        var state = seed;
        var numbers = new float[(centres + rows) * dimensions];
        for (var i = 0; i < numbers.Length; i++)
        {
            state = state * 6364136223846793005 + 1442695040888963407;
            numbers[i] = (state >> 40) / (float)(1 << 24) - 0.5f;
        }

        var vectors = new float[rows * dimensions];
        for (var i = 0; i < vectors.Length; i++)
        {
            var centre = i / dimensions % centres;
            var noise = spread * numbers[centres * dimensions + i];
            vectors[i] = numbers[centre * dimensions + i % dimensions] + noise;
        }

        return new(vectors, rows, dimensions);
    }
}
