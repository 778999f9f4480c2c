using System.Security.Cryptography;

namespace ImagePipeline.Inference.Tests;

public sealed class ModelTests : IDisposable
{
    static readonly ModelOptions OnCpu = new() { Provider = ExecutionProvider.Cpu };

    readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Model_computes_what_its_graph_says()
    {
        using var model = EmbeddingModel.Open(_tiny.OnnxPath, OnCpu);
        var inputs = Enumerable.Range(0, 2 * 48).Select(i => (float)i).ToArray();
        var outputs = new float[6];

        model.Run(inputs, 2, outputs);

        Assert.Equal([7.5f, 23.5f, 39.5f, 55.5f, 71.5f, 87.5f], outputs);
        Assert.Equal(ExecutionProvider.Cpu, model.Provider);
    }

    [Fact]
    public void Vectors_get_unit_length_when_the_manifest_says_so_and_zero_stays_zero()
    {
        _tiny.Edit("\"l2_normalise\": false", "\"l2_normalise\": true");
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);
        var inputs = new float[2 * 48];
        inputs.AsSpan(0, 16).Fill(3);
        inputs.AsSpan(32, 16).Fill(4);
        var outputs = new float[6];

        model.Run(inputs, 2, outputs);

        Assert.Equal([0.6f, 0, 0.8f, 0, 0, 0], outputs);
    }

    [Theory]
    [InlineData("\"name\": \"x\"", "\"name\": \"image\"", "input.name", "inputs are: x")]
    [InlineData("\"name\": \"y\"", "\"name\": \"embedding\"", "output.name", "outputs are: y")]
    [InlineData("\"width_px\": 4", "\"width_px\": 8", "input.width_px", "[any, 3, 4, 4]")]
    [InlineData("\"height_px\": 4", "\"height_px\": 8", "input.height_px", "[any, 3, 4, 4]")]
    [InlineData("\"nchw\"", "\"nhwc\"", "input.layout", "[any, 3, 4, 4]")]
    [InlineData("\"dimensions\": 3", "\"dimensions\": 4", "output.dimensions", "the graph 3")]
    [InlineData("\"tiny.onnx\"", "\"other.onnx\"", "file", "does not exist")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"0", "sha256", "64")]
    public void Disagreement_with_the_graph_is_named(string old, string replacement, string field, string says)
    {
        _tiny.Edit(old, replacement);

        var fault = Assert.Throws<ModelException>(() => EmbeddingModel.Open(_tiny.ManifestPath, OnCpu));

        Assert.Equal(field, fault.Field);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changed_weights_are_refused()
    {
        File.AppendAllBytes(_tiny.OnnxPath, [0]);

        var fault = Assert.Throws<ModelException>(() => EmbeddingModel.Open(_tiny.ManifestPath, OnCpu));

        Assert.Equal("sha256", fault.Field);
    }

    [Fact]
    public void File_that_is_no_model_is_refused()
    {
        File.WriteAllText(_tiny.OnnxPath, "version https://git-lfs.github.com/spec/v1");
        var digest = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_tiny.OnnxPath)));
        _tiny.Edit(ModelManifest.Load(_tiny.Folder).Sha256, digest);

        var fault = Assert.Throws<ModelException>(() => EmbeddingModel.Open(_tiny.ManifestPath, OnCpu));

        Assert.Contains("cannot load", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cuda_starts_or_says_why_not_and_auto_falls_back()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder);

        if (model.Provider == ExecutionProvider.Cpu)
        {
            var fault = Assert.Throws<ModelException>(
                () => EmbeddingModel.Open(_tiny.Folder, new ModelOptions { Provider = ExecutionProvider.Cuda }));

            Assert.Contains("CUDA was asked for and does not start: ", fault.Message, StringComparison.Ordinal);
            Assert.Contains("libonnxruntime", fault.Message, StringComparison.Ordinal);
            Assert.StartsWith("the CPU, because CUDA does not start: ", model.ProviderReason, StringComparison.Ordinal);
        }
        else
        {
            Assert.Contains("device", model.ProviderReason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Graph_with_a_fixed_batch_takes_only_that()
    {
        using var tiny = new TinyModel(batch: 2);
        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);

        Assert.Equal(2, model.FixedBatch);
        Assert.Throws<ArgumentException>(() => model.Run(new float[48], 1, new float[3]));
        model.Run(new float[96], 2, new float[6]);
    }

    [Fact]
    public void Short_buffers_are_refused()
    {
        using var model = EmbeddingModel.Open(_tiny.Folder, OnCpu);

        Assert.Throws<ArgumentException>(() => model.Run(new float[47], 1, new float[3]));
        Assert.Throws<ArgumentException>(() => model.Run(new float[48], 1, new float[2]));
    }
}
