namespace ImagePipeline.Inference.Tests;

public sealed class ManifestTests : IDisposable
{
    readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Manifest_is_read_as_written_and_survives_a_round_trip()
    {
        var manifest = ModelManifest.Load(_tiny.ManifestPath);
        File.WriteAllText(_tiny.ManifestPath, manifest.ToJson());
        var again = ModelManifest.Load(_tiny.ManifestPath);

        Assert.Equal("tiny_1_0", manifest.ModelId.ToString());
        Assert.Equal(Interpolation.Lanczos3, manifest.Resize.Interpolation);
        Assert.Equal(48, manifest.TensorLength);
        Assert.Null(manifest.Distances);
        Assert.Equal(manifest.ToJson(), again.ToJson());
    }

    [Fact]
    public void Manifest_onnx_and_folder_mean_the_same_model()
    {
        var expected = ModelManifest.Load(_tiny.ManifestPath).ToJson();

        Assert.Equal(expected, ModelManifest.Load(_tiny.OnnxPath).ToJson());
        Assert.Equal(expected, ModelManifest.Load(_tiny.Folder).ToJson());
    }

    [Theory]
    [InlineData("\"licence\": \"MIT\", ", "", "licence", "missing")]
    [InlineData("\"width_px\": 4, ", "", "input.width_px", "missing")]
    [InlineData("\"licence\"", "\"license\": \"MIT\", \"licence\"", "license", "unknown")]
    [InlineData("\"layout\"", "\"depth\": 3, \"layout\"", "input.depth", "unknown")]
    [InlineData("\"nchw\"", "\"chw\"", "input.layout", "valid")]
    [InlineData("\"nchw\"", "0", "input.layout", "valid")]
    [InlineData("\"licence\": \"MIT\"", "\"licence\": null", "licence", "valid")]
    [InlineData("\"licence\"", "\"licence\": \"MIT\", \"licence\"", "licence", "valid")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"Tiny; drop\"", "name", "Tiny; drop")]
    [InlineData("\"name\": \"tiny\"", "\"name\": \"a-name-that-is-much-longer-than-a-table-takes\"", "name",
        "39 characters")]
    [InlineData("\"tiny.onnx\"", "\"../tiny.onnx\"", "file", "../tiny.onnx")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"A", "sha256", "64 lower-case")]
    [InlineData("\"width_px\": 4", "\"width_px\": 0", "input.width_px", "1 to 4096")]
    [InlineData("\"mode\": \"stretch\"", "\"mode\": \"crop\"", "resize.short_side_px", "4 to 8192")]
    [InlineData("\"mode\": \"stretch\"", "\"mode\": \"stretch\", \"short_side_px\": 9", "resize.short_side_px",
        "absent")]
    [InlineData("\"std\": [1, 1, 1]", "\"std\": [1, 0, 1]", "normalise.std", "[1, 0, 1]")]
    [InlineData("\"mean\": [0, 0, 0]", "\"mean\": [0, 0]", "normalise.mean", "three numbers")]
    [InlineData("\"scale\": 1", "\"scale\": -1", "normalise.scale", "above 0")]
    [InlineData("\"dimensions\": 3", "\"dimensions\": 0", "output.dimensions", "1 to 16000")]
    [InlineData("\"licence\"", "\"distances\": { \"copy\": 0.4, \"similar\": 0.3 }, \"licence\"", "distances.copy",
        "distances.similar")]
    [InlineData("\"licence\"", "\"distances\": { \"similar\": 0.3, \"copy_dimensions\": 4 }, \"licence\"", "distances.copy_dimensions",
        "distances.copy")]
    [InlineData("\"licence\"", "\"distances\": { \"copy\": 0.4, \"copy_dimensions\": 100000 }, \"licence\"", "distances.copy_dimensions",
        "output.dimensions")]
    public void Wrong_field_is_named_with_the_file_and_what_was_found(string old, string replacement, string field,
        string says)
    {
        _tiny.Edit(old, replacement);

        var fault = Assert.Throws<ModelException>(() => ModelManifest.Load(_tiny.ManifestPath));

        Assert.Equal(field, fault.Field);
        Assert.Contains(_tiny.ManifestPath, fault.Message, StringComparison.Ordinal);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_name_and_onnx_without_manifest_say_what_to_do()
    {
        var nothing = Assert.Throws<ModelException>(() => ModelManifest.Load("no-such-model"));
        File.Delete(_tiny.ManifestPath);
        var alone = Assert.Throws<ModelException>(() => ModelManifest.Load(_tiny.OnnxPath));

        Assert.Contains("models", nothing.Message, StringComparison.Ordinal);
        Assert.Contains("tiny.json", alone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gist", "1", "gist_1")]
    [InlineData("mobilenet-v2", "1.0-b", "mobilenet_v2_1_0_b")]
    public void Model_id_is_a_safe_identifier(string name, string version, string id)
    {
        Assert.Equal(id, ModelId.From(name, version).ToString());
        Assert.Equal(ModelId.From(name, version), ModelId.Parse(id));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1a")]
    [InlineData("a\"; drop table image; --")]
    [InlineData("a\n")]
    [InlineData("abcdefghijabcdefghijabcdefghijabcdefghij1")]
    public void Unsafe_model_id_is_refused(string text) => Assert.Throws<ArgumentException>(() => ModelId.Parse(text));
}
