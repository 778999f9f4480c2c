
namespace ImagePipeline.Benchmarks.Hashing;

/// <summary>Milliseconds of every hash of one picture, and of PDQ alone, from pixels in memory, on one thread.</summary>
public static class HashingRates
{
    /// <summary>Measures each for <paramref name="time"/>, five rounds, and prints the medians.</summary>
    public static void Run(TextWriter output, TimeSpan time)
    {
        foreach (var size in (string[])["512x384", "300x200"])
        {
            var benchmarks = new ImageHasherBenchmarks { Size = size };
            benchmarks.Draw();
            var (all, pdq) = (new List<double>(), new List<double>());
            for (var round = 0; round < 5; round++)
            {
                all.Add(1000 / Rates.PerSecond(1, time, _ => benchmarks.All()));
                pdq.Add(1000 / Rates.PerSecond(1, time, _ => benchmarks.PdqOnly()));
            }

            output.WriteLine($"{size}: all hashes {Rates.Median(all):f3} ms, PDQ alone {Rates.Median(pdq):f3} ms");
        }
    }
}
