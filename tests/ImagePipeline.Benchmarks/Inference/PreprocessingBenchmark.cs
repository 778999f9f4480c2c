using BenchmarkDotNet.Attributes;
using ImagePipeline.Inference;

namespace ImagePipeline.Benchmarks.Inference;

/// <summary>Bytes to tensor at the default model's size, against the formula written plainly.</summary>
public class PreprocessingBenchmark
{
    readonly ModelManifest _manifest = ModelManifest.Load("fingerprint");
    byte[] _rgb = [];
    float[] _tensor = [];

    [GlobalSetup]
    public void Draw()
    {
        _rgb = new byte[_manifest.TensorLength];
        new Random(1).NextBytes(_rgb);
        _tensor = new float[_rgb.Length];
    }

    [Benchmark(Baseline = true)]
    public void Naive()
    {
        var pixels = _rgb.Length / 3;
        var (scale, mean, std) = (_manifest.Normalise.Scale, _manifest.Normalise.Mean, _manifest.Normalise.Std);
        for (var i = 0; i < pixels; i++)
        {
            for (var c = 0; c < 3; c++)
            {
                _tensor[c * pixels + i] = (_rgb[3 * i + c] * scale - mean[c]) / std[c];
            }
        }
    }

    [Benchmark]
    public void ToTensor() => Preprocessing.ToTensor(_rgb, _tensor, _manifest);
}
