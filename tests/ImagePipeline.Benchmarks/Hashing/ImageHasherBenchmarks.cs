using BenchmarkDotNet.Attributes;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Benchmarks.Hashing;

/// <summary>Every hash of one picture, and PDQ alone, from pixels in memory; one thread.</summary>
[MemoryDiagnoser]
public class ImageHasherBenchmarks
{
    byte[] _rgb = [];

    [Params("512x384", "300x200")]
    public string Size { get; set; } = "";

    int Width => int.Parse(Size.Split('x')[0], System.Globalization.CultureInfo.InvariantCulture);

    int Height => int.Parse(Size.Split('x')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Slopes with some noise: the time does not depend on the content, but quality should not be
    /// zero.</summary>
    [GlobalSetup]
    public void Draw()
    {
        _rgb = new byte[3 * Width * Height];
        for (var i = 0; i < _rgb.Length; i++)
        {
            int x = i / 3 % Width, y = i / 3 / Width;
            _rgb[i] = (byte)((3 * x) + (5 * y) + (i * 2654435761L >> 28 & 15));
        }
    }

    [Benchmark(Baseline = true)]
    public ImageHashes All() => ImageHasher.Compute(_rgb, Width, Height);

    [Benchmark]
    public int PdqOnly() => Pdq.Compute(_rgb, Width, Height).Quality;
}
