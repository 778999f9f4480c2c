namespace ImagePipeline.Core.Tests.Vectors;

/// <summary>Vectors for tests, the same in every run.</summary>
static class RandomVectors
{
    public static float[] Gaussian(int dimensions, Random random) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)Normal(random))];

    /// <summary>Two unit vectors at exactly this angle.</summary>
    public static (float[] A, float[] B) AtAngle(int dimensions, double radians, Random random)
    {
        var a = Unit([.. Gaussian(dimensions, random).Select(x => (double)x)]);
        var c = Gaussian(dimensions, random);
        var along = a.Zip(c, (x, y) => x * y).Sum();
        var aside = Unit([.. c.Zip(a, (y, x) => y - along * x)]);
        return ([.. a.Select(x => (float)x)],
            [.. a.Zip(aside, (x, y) => (float)(Math.Cos(radians) * x + Math.Sin(radians) * y))]);
    }

    static double[] Unit(double[] vector)
    {
        var length = Math.Sqrt(vector.Sum(x => x * x));
        return [.. vector.Select(x => x / length)];
    }

    static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
