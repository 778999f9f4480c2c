using System.Diagnostics;
using System.Numerics.Tensors;

namespace ImagePipeline.Inference.Tests;

/// <summary>
/// A small network with GeM pooling and its conversion by models/fp16.py, both recorded by golden/small/small.py.
/// </summary>
public sealed class HalfPrecisionTests : IDisposable
{
    const double LeastCosine = 0.999;

    readonly string _folder = Directory.CreateTempSubdirectory("half-").FullName;

    public HalfPrecisionTests() => CopyFrom("tests", "ImagePipeline.Inference.Tests", "golden", "small");

    string Manifest => Path.Combine(_folder, "small.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Vectors_in_half_precision_agree_with_those_in_full()
    {
        var full = await EmbedAsync(Manifest, ModelPrecision.Full);
        var half = await EmbedAsync(Manifest, ModelPrecision.Half);

        Assert.All(full.Zip(half), pair =>
        {
            Assert.NotEqual(pair.First, pair.Second);
            Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), LeastCosine, 1.0001);
        });
        // Agreement means something only where the vectors of different pictures do not agree.
        Assert.True(TensorPrimitives.CosineSimilarity<float>(full[0], full[1]) < LeastCosine);
    }

    [Theory]
    [InlineData(ModelPrecision.Auto, ModelPrecision.Full, "small.onnx")]
    [InlineData(ModelPrecision.Full, ModelPrecision.Full, "small.onnx")]
    [InlineData(ModelPrecision.Half, ModelPrecision.Half, "small_fp16.onnx")]
    public void On_the_cpu_half_is_taken_only_when_asked_for(ModelPrecision asked, ModelPrecision taken, string file)
    {
        using var model = Open(Manifest, asked);

        Assert.Equal(taken, model.Precision);
        Assert.Equal(file, Path.GetFileName(model.Path));
        Assert.Equal(taken == ModelPrecision.Half, model.ProviderReason.Contains("half precision", StringComparison.Ordinal));
    }

    [Fact]
    public void Model_without_a_file_for_it_is_not_run_in_half()
    {
        using var tiny = new TinyModel();

        var fault = Assert.Throws<ModelException>(() => Open(tiny.Folder, ModelPrecision.Half));

        Assert.Equal("fp16", fault.Field);
        Assert.Contains("models/fp16.py", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_half_is_refused_where_it_is_used_and_nowhere_else()
    {
        File.AppendAllBytes(Path.Combine(_folder, "small_fp16.onnx"), [0]);

        using var full = Open(Manifest, ModelPrecision.Full);
        var fault = Assert.Throws<ModelException>(() => Open(Manifest, ModelPrecision.Half));

        Assert.Equal("fp16.sha256", fault.Field);
    }

    [Theory]
    [InlineData("small_fp16.onnx", "../small_fp16.onnx", "fp16.file")]
    [InlineData("small_fp16.onnx", "small.onnx", "fp16.file")]
    [InlineData("\"fp16\": {", "\"fp16\": { \"precision\": 16,", "fp16.precision")]
    public void Wrong_field_is_named(string old, string replacement, string field)
    {
        File.WriteAllText(Manifest, File.ReadAllText(Manifest).Replace(old, replacement, StringComparison.Ordinal));

        Assert.Equal(field, Assert.Throws<ModelException>(() => ModelManifest.Load(Manifest)).Field);
    }

    [Fact]
    public async Task Script_converts_the_default_model()
    {
        Assert.SkipUnless(Run("/usr/bin/python3", "-c", "import numpy, onnx") == 0, "needs Debian's python3-numpy and python3-onnx");
        CopyFrom("models", "fingerprint");
        var manifest = Path.Combine(_folder, "fingerprint.json");

        // Without the command line nothing is compared there; this test does it below.
        Assert.Equal(0, Run(Path.Combine(Repository.Root, "models", "fp16.py"), manifest, "--pictures", "0"));

        var (full, half) = (await EmbedAsync(manifest, ModelPrecision.Full), await EmbedAsync(manifest, ModelPrecision.Half));
        // Its filters sum to zero, and do not quite once rounded: flat pictures, as some of these are, agree a little less.
        Assert.All(full.Zip(half), pair =>
            Assert.InRange(TensorPrimitives.CosineSimilarity<float>(pair.First, pair.Second), 0.998, 1.0001));
    }

    static EmbeddingModel Open(string path, ModelPrecision precision) =>
        EmbeddingModel.Open(path, new() { Provider = ExecutionProvider.Cpu, Precision = precision });

    static async Task<float[][]> EmbedAsync(string manifest, ModelPrecision precision)
    {
        using var model = Open(manifest, precision);
        await using var engine = new EmbeddingEngine(model, new() { BatchSize = 3 });
        return await Task.WhenAll(Enumerable.Range(0, 5).Select(kind =>
            engine.EmbedAsync(Pictures.Draw(kind, model.Manifest.Input.WidthPx)).AsTask()));
    }

    static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    void CopyFrom(params string[] folder)
    {
        foreach (var file in Directory.GetFiles(Path.Combine([Repository.Root, .. folder])).Where(IsModel))
        {
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }
    }

    static bool IsModel(string file) => Path.GetExtension(file) is ".json" or ".onnx";
}
