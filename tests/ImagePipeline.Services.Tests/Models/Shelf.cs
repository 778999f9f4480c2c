using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ImagePipeline.Cli;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Inference;
using ImagePipeline.Inference.Tests;

namespace ImagePipeline.Services.Tests.Models;

/// <summary>What becomes of a pulled file: a model that works, or nothing.</summary>
public sealed class Shelf : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("shelf-").FullName;
    readonly TinyModel _pooled = new(axes: [2, 3], keep: true);

    public void Dispose()
    {
        _pooled.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_graph_is_given_the_output_it_lacks_and_the_manifest_pins_the_result()
    {
        var manifest = await AddAsync(Entry("gist-like", new GraphEnding("y", EndingKind.Flatten)));

        var installed = ModelManifest.Load(manifest);
        var onnx = Path.Combine(_folder, "gist-like", "gist-like.onnx");
        Assert.Equal(Path.Combine(_folder, "gist-like", "gist-like.json"), manifest);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(onnx))), installed.Sha256);
        Assert.Equal((GraphEnding.Output, "x"), (installed.Output.Name, installed.Input.Name));
        Assert.Equal(File.ReadAllBytes(_pooled.OnnxPath), File.ReadAllBytes(onnx)[..(int)new FileInfo(_pooled.OnnxPath).Length]);
        using var model = EmbeddingModel.Open(manifest, new() { Provider = ExecutionProvider.Cpu });
    }

    [Fact]
    public async Task The_only_names_of_a_graph_need_not_be_given()
    {
        using var plain = new TinyModel();

        var manifest = await AddAsync(Entry("plain", ending: null), plain);

        var installed = ModelManifest.Load(manifest);
        Assert.Equal(("x", "y"), (installed.Input.Name, installed.Output.Name));
    }

    [Fact]
    public async Task A_graph_that_does_not_fit_the_entry_leaves_nothing()
    {
        await Assert.ThrowsAsync<ModelException>(() => AddAsync(Entry("tiny-one", ending: null)));
        await Assert.ThrowsAsync<ModelException>(() => AddAsync(Entry("tiny-one", new GraphEnding("absent", EndingKind.Flatten))));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_name_is_taken_by_another_file_only_when_told_to()
    {
        using var plain = new TinyModel();
        await AddAsync(Entry("plain", ending: null), plain);
        var other = Entry("plain", new GraphEnding("y", EndingKind.Flatten));

        await Assert.ThrowsAsync<UsageException>(() => AddAsync(other));
        var kept = ModelManifest.Load(Path.Combine(_folder, "plain")).Output.Name;
        await new ModelShelf(_folder).AddAsync(other, _pooled.OnnxPath, mayReplace: true, default);

        Assert.Equal("y", kept);
        Assert.Equal(GraphEnding.Output, ModelManifest.Load(Path.Combine(_folder, "plain")).Output.Name);
        Assert.Equal([Path.Combine(_folder, "plain")], Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_file_of_half_precision_comes_along_and_without_it_nothing_does()
    {
        var source = Path.Combine(_folder, "source");
        Directory.CreateDirectory(source);
        foreach (var file in new[] { "small.json", "small.onnx", "small_fp16.onnx" })
        {
            File.Copy(RepositoryFiles.At("tests", "ImagePipeline.Inference.Tests", "golden", "small", file), Path.Combine(source, file));
        }

        var shelf = new ModelShelf(Path.Combine(_folder, "shelf"));
        var manifest = await shelf.AddAsync(Path.Combine(source, "small.json"), mayReplace: false, default);
        using var half = EmbeddingModel.Open(manifest, new() { Provider = ExecutionProvider.Cpu, Precision = ModelPrecision.Half });
        File.Delete(Path.Combine(source, "small_fp16.onnx"));
        await Assert.ThrowsAsync<ModelException>(() => new ModelShelf(Path.Combine(_folder, "other")).AddAsync(
            Path.Combine(source, "small.json"), mayReplace: false, default));

        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(_folder, "other")));
    }

    Task<string> AddAsync(CatalogueEntry entry, TinyModel? model = null) =>
        new ModelShelf(_folder).AddAsync(entry, (model ?? _pooled).OnnxPath, mayReplace: false, default);

    static CatalogueEntry Entry(string name, GraphEnding? ending) => new()
    {
        Summary = "small",
        PreprocessingSource = "this test",
        Ending = ending,
        Manifest = JsonNode.Parse($$"""
            {
              "name": "{{name}}", "version": "1",
              "input": { "width_px": 4, "height_px": 4, "layout": "nchw", "channels": "rgb" },
              "resize": { "mode": "stretch", "interpolation": "lanczos3" },
              "normalise": { "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1] },
              "output": { "dimensions": 3, "l2_normalise": true },
              "licence": "MIT", "source": "this test"
            }
            """)!.AsObject(),
    };
}
