using System.Security.Cryptography;

namespace ImagePipeline.Inference.Tests;

/// <summary>Outputs that are added to published graphs, run by ONNX Runtime.</summary>
public sealed class GraphEndingTests
{
    static readonly ModelOptions OnCpu = new() { Provider = ExecutionProvider.Cpu };

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    public void A_pooled_feature_map_is_flattened(int opset)
    {
        using var tiny = new TinyModel(axes: [2, 3], keep: true, opset: opset);
        var refused = Assert.Throws<ModelException>(() => EmbeddingModel.Open(tiny.Folder, OnCpu));
        Append(tiny, new GraphEnding("y", EndingKind.Flatten), dimensions: 3);

        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);

        Assert.Contains("[any, 3, 1, 1]", refused.Message, StringComparison.Ordinal);
        Assert.Equal([7.5f, 23.5f, 39.5f, 55.5f, 71.5f, 87.5f], Run(model, pictures: 2));
    }

    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    public void The_first_of_several_tokens_is_taken(int opset)
    {
        // The mean of each row: three channels are three tokens of four numbers.
        using var tiny = new TinyModel(axes: [3], opset: opset);
        Append(tiny, new GraphEnding("y", EndingKind.FirstToken), dimensions: 4);

        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);

        Assert.Equal([1.5f, 5.5f, 9.5f, 13.5f, 49.5f, 53.5f, 57.5f, 61.5f], Run(model, pictures: 2));
    }

    [Fact]
    public void A_graph_of_one_picture_at_a_time_stays_one()
    {
        using var tiny = new TinyModel(batch: 1, axes: [2, 3], keep: true);
        Append(tiny, new GraphEnding("y", EndingKind.Flatten), dimensions: 3);

        using var model = EmbeddingModel.Open(tiny.Folder, OnCpu);

        Assert.Equal(1, model.FixedBatch);
        Assert.Equal([7.5f, 23.5f, 39.5f], Run(model, pictures: 1));
    }

    [Fact]
    public void A_tensor_that_the_graph_lacks_is_found_out_when_the_model_is_opened()
    {
        using var tiny = new TinyModel(axes: [2, 3], keep: true);
        Append(tiny, new GraphEnding("pool5", EndingKind.Flatten), dimensions: 3);

        Assert.Throws<ModelException>(() => EmbeddingModel.Open(tiny.Folder, OnCpu));
    }

    [Fact]
    public void Names_are_read_off_the_graph()
    {
        using var tiny = new TinyModel();

        var names = GraphNames.Read(tiny.OnnxPath);

        Assert.Equal(["x"], names.Inputs);
        Assert.Equal(["y"], names.Outputs);
    }

    static void Append(TinyModel tiny, GraphEnding ending, int dimensions)
    {
        var old = ModelManifest.Load(tiny.Folder).Sha256;
        File.AppendAllBytes(tiny.OnnxPath, ending.ToBytes(dimensions));
        tiny.Edit(old, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(tiny.OnnxPath))));
        tiny.Edit("\"output\": { \"name\": \"y\", \"dimensions\": 3",
            $"\"output\": {{ \"name\": \"{GraphEnding.Output}\", \"dimensions\": {dimensions}");
    }

    static float[] Run(EmbeddingModel model, int pictures)
    {
        var outputs = new float[pictures * model.Manifest.Output.Dimensions];
        model.Run(Enumerable.Range(0, pictures * 48).Select(i => (float)i).ToArray(), pictures, outputs);
        return outputs;
    }
}
