using System.Numerics.Tensors;
using System.Text.Json;

namespace ImagePipeline.Inference.Tests;

/// <summary>
/// The default model as committed: found by name, intact, and giving what the reference evaluation gives.
/// </summary>
public class GistTests
{
    const int Edge = 128;

    [Fact]
    public async Task Default_model_gives_the_recorded_vectors()
    {
        // Recorded by the tool the file names: an evaluation of the same graph in numpy.
        var file = Path.Combine(Repository.Root, "tests", "ImagePipeline.Inference.Tests", "golden", "gist.json");
        using var golden = JsonDocument.Parse(await File.ReadAllTextAsync(file));
        var vectors = await EmbedAsync([.. Enumerable.Range(0, 6).Select(kind => Pictures.Draw(kind, Edge))]);

        foreach (var (row, vector) in golden.RootElement.GetProperty("vectors").EnumerateArray().Zip(vectors))
        {
            float[] expected = [.. row.EnumerateArray().Select(value => value.GetSingle())];
            // Two float32 evaluations of some 14 million products each; entries are about 0.06.
            Assert.InRange(TensorPrimitives.Distance<float>(expected, vector), 0, 1e-3f);
        }
    }

    [Fact]
    public async Task Mirrored_picture_has_nearly_the_same_vector()
    {
        var picture = Pictures.Draw(3, Edge);
        var other = Pictures.Draw(2, Edge);
        var vectors = await EmbedAsync(picture, Pictures.Mirror(picture, Edge), other);

        // Not exactly the same: with a stride of two the finest filters stand on other columns of a mirrored picture.
        Assert.InRange(TensorPrimitives.Distance<float>(vectors[0], vectors[1]), 0, 0.1f);
        Assert.True(TensorPrimitives.Distance<float>(vectors[0], vectors[2]) > 0.3f);
    }

    [Fact]
    public async Task Darker_picture_is_nearer_than_another_picture()
    {
        var picture = Pictures.Draw(4, Edge);
        byte[] darker = [.. picture.Select(value => (byte)(value * 3 / 4))];
        var vectors = await EmbedAsync(picture, darker, Pictures.Draw(0, Edge), Pictures.Draw(1, Edge),
            Pictures.Draw(2, Edge));
        var nearest = Enumerable.Range(1, 4).MinBy(i => TensorPrimitives.Distance<float>(vectors[0], vectors[i]));

        Assert.Equal(1, nearest);
    }

    [Fact]
    public async Task Vector_does_not_depend_on_the_batch()
    {
        byte[][] pictures = [.. Enumerable.Range(0, 20).Select(i => Pictures.Draw(i % 6, Edge))];
        var alone = await EmbedAsync(pictures, batchSize: 1);
        var together = await EmbedAsync(pictures, batchSize: 7);

        for (var i = 0; i < pictures.Length; i++)
        {
            // Within one batch size the same bits, whatever the place; across sizes the kernels may round differently.
            Assert.Equal(together[i % 6], together[i]);
            Assert.InRange(TensorPrimitives.Distance<float>(alone[i], together[i]), 0, 1e-4f);
        }
    }

    static Task<float[][]> EmbedAsync(params byte[][] pictures) => EmbedAsync(pictures, 1);

    static async Task<float[][]> EmbedAsync(byte[][] pictures, int batchSize)
    {
        using var model = EmbeddingModel.Open("gist", new() { Provider = ExecutionProvider.Cpu });
        await using var engine = new EmbeddingEngine(model, new() { BatchSize = batchSize, Threads = 2 });
        return await Task.WhenAll(pictures.Select(picture => engine.EmbedAsync(picture).AsTask()));
    }
}
