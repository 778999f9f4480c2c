namespace ImagePipeline.Benchmarks.Search;

/// <summary>Vectors that lie as embeddings of pictures do: in clusters of clusters, of a few large directions and many small ones, all a
/// little to one side. The same for the same seed.</summary>
sealed class ClusteredVectors
{
    public const int Dimensions = 256;

    /// <summary>Clusters at random among 300 larger ones.</summary>
    const int Clusters = 5_000;
    const int Families = 300;

    readonly float[][] _centres;
    readonly float[] _spread;

    public ClusteredVectors(int seed)
    {
        // The standard deviation of a direction falls as that of embeddings does: the first 64 hold some four fifths of the variance.
        _spread = [.. Enumerable.Range(0, Dimensions).Select(static axis => 1 / MathF.Sqrt(1 + axis / 12f))];
        var random = new Random(seed);
        var families = Enumerable.Range(0, Families).Select(_ => Around(null, 1, random)).ToArray();
        _centres = [.. Enumerable.Range(0, Clusters).Select(_ => Around(families[random.Next(Families)], 0.7f, random))];
    }

    /// <summary>The vector of a number.</summary>
    public float[] Make(int number)
    {
        var random = new Random(number);
        return Around(_centres[random.Next(Clusters)], 0.45f, random);
    }

    float[] Around(float[]? centre, float scale, Random random)
    {
        var vector = new float[Dimensions];
        for (var axis = 0; axis < Dimensions; axis += 2)
        {
            // Box and Muller: two numbers at a time.
            var radius = MathF.Sqrt(-2 * MathF.Log(1 - random.NextSingle()));
            var (sin, cos) = MathF.SinCos(2 * MathF.PI * random.NextSingle());
            vector[axis] = (centre?[axis] ?? 0.1f) + scale * _spread[axis] * radius * cos;
            vector[axis + 1] = (centre?[axis + 1] ?? 0.1f) + scale * _spread[axis + 1] * radius * sin;
        }

        return vector;
    }
}
