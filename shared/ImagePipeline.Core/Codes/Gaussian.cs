namespace ImagePipeline.Core.Codes;

/// <summary>Normally distributed numbers (Box and Muller, 1958).</summary>
static class Gaussian
{
    /// <summary>Fills a buffer with independent numbers of mean 0 and variance 1, and returns it.</summary>
    public static double[] Fill(double[] numbers, Random random)
    {
        for (var at = 0; at < numbers.Length; at++)
        {
            numbers[at] = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }

        return numbers;
    }
}
