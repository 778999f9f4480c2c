using ImagePipeline.Core.Vectors;

namespace ImagePipeline.Benchmarks.Clustering;

/// <summary>Vectors around centres, the same in every run.</summary>
static class DrawnVectors
{
    /// <summary>Draws uniform centres, and uniform noise of the same width around them.</summary>
    public static VectorMatrix Around(int centres, int rows, int dimensions, int seed)
    {
        var random = new Random(seed);
        var middles = new float[centres * dimensions];
        Fill(middles, random);
        var values = new float[rows * dimensions];
        Fill(values, random);
        for (var row = 0; row < rows; row++)
        {
            var centre = random.Next(centres);
            for (var d = 0; d < dimensions; d++)
            {
                values[row * dimensions + d] += middles[centre * dimensions + d];
            }
        }

        return new(values, rows, dimensions);
    }

    static void Fill(float[] values, Random random)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }
    }
}
