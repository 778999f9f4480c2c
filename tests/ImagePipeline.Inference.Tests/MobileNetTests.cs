using System.Numerics.Tensors;
using System.Text.RegularExpressions;

namespace ImagePipeline.Inference.Tests;

/// <summary>
/// A model from elsewhere, by the manifest that models/README.md shows. Skips where the file is absent.
/// </summary>
public sealed partial class MobileNetTests : IDisposable
{
    const int Edge = 224;
    static readonly ModelOptions OnCpu = new() { Provider = ExecutionProvider.Cpu };

    readonly string _folder = Directory.CreateTempSubdirectory("mobilenet-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Documented_manifest_opens_the_model()
    {
        using var model = EmbeddingModel.Open(Prepare(), OnCpu);
        var vector = Embed(model, Pictures.Draw(2, Edge));

        Assert.Equal(1280, vector.Length);
        Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 1e-5);
        Assert.Null(model.FixedBatch);
        Assert.Equal("mobilenet_v2_1", model.Manifest.ModelId.ToString());
    }

    [Fact]
    public async Task Vector_is_the_same_in_batches_of_one_and_seven()
    {
        using var model = EmbeddingModel.Open(Prepare(), OnCpu);
        byte[][] pictures = [.. Enumerable.Range(0, 7).Select(i => Pictures.Draw(i % 6, Edge))];
        float[][] alone = [.. pictures.Select(picture => Embed(model, picture))];
        await using var engine = new EmbeddingEngine(model, new() { BatchSize = 7, Threads = 1 });
        var together = await Task.WhenAll(pictures.Select(picture => engine.EmbedAsync(picture).AsTask()));

        // Same network, other blocking of the matrix products: float32 rounding through 53 layers.
        Assert.All(together, (vector, i) => Assert.InRange(TensorPrimitives.Distance<float>(alone[i], vector), 0,
            1e-4f));
    }

    [Fact]
    public void Coarsely_quantised_picture_is_nearest_to_its_original()
    {
        using var model = EmbeddingModel.Open(Prepare(), OnCpu);
        float[][] originals = [.. Enumerable.Range(0, 5).Select(i => Embed(model, Pictures.Draw(i, Edge)))];

        for (var i = 0; i < originals.Length; i++)
        {
            // What encoders do: neighbouring pixels share their values, and those lie on a grid.
            var query = Embed(model, Reencode(Pictures.Draw(i, Edge)));
            var nearest = Enumerable.Range(0, 5).MinBy(k => TensorPrimitives.Distance<float>(query, originals[k]));
            Assert.Equal(i, nearest);
        }
    }

    [Theory]
    [InlineData("\"height_px\": 224", "\"height_px\": 192", "input.height_px")]
    [InlineData("\"name\": \"embedding\"", "\"name\": \"pooled\"", "output.name")]
    [InlineData("\"name\": \"embedding\"", "\"name\": \"logits\"", "output.dimensions")]
    [InlineData("\"dimensions\": 1280", "\"dimensions\": 1001", "output.dimensions")]
    [InlineData("\"nchw\"", "\"nhwc\"", "input.layout")]
    public void Wrong_manifest_is_refused_by_field(string old, string replacement, string field)
    {
        var path = Prepare();
        var text = File.ReadAllText(path);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(old, replacement, StringComparison.Ordinal));

        Assert.Equal(field, Assert.Throws<ModelException>(() => EmbeddingModel.Open(path, OnCpu)).Field);
    }

    /// <summary>Links the model into a folder beside the manifest of the documentation's own example.</summary>
    string Prepare()
    {
        var onnx = Repository.Shared("models/mobilenet_v2_imagenet.onnx");
        File.CreateSymbolicLink(Path.Combine(_folder, "mobilenet_v2.onnx"), onnx);
        var example = JsonBlock().Match(File.ReadAllText(Path.Combine(Repository.Root, "models", "README.md")));
        var manifest = Path.Combine(_folder, "mobilenet_v2.json");
        File.WriteAllText(manifest, example.Groups[1].Value);
        return manifest;
    }

    static float[] Embed(EmbeddingModel model, byte[] rgb)
    {
        var input = new float[model.Manifest.TensorLength];
        var output = new float[model.Manifest.Output.Dimensions];
        Preprocessing.ToTensor(rgb, input, model.Manifest);
        model.Run(input, 1, output);
        return output;
    }

    static byte[] Reencode(byte[] rgb)
    {
        var coarse = new byte[rgb.Length];
        for (var i = 0; i < rgb.Length; i++)
        {
            var left = i / 6 * 6 + i % 3;
            coarse[i] = (byte)Math.Min(255, ((rgb[left] + rgb[left + 3]) / 2 + 2) / 4 * 4);
        }
        return coarse;
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();
}
