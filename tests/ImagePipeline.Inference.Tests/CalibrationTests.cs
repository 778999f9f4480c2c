namespace ImagePipeline.Inference.Tests;

public sealed class CalibrationTests : IDisposable
{
    const string Good = "\"calibration\": { \"distances\": [0.1, 0.3], \"probabilities\": [0.98, 0.5], \"prior\": 0.01, "
        + "\"originals\": 5, \"copies\": 10, \"others\": 990, \"sets\": [\"photos\"] }, ";

    readonly TinyModel _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void What_is_written_into_a_manifest_is_read_from_it_and_nothing_else_changes()
    {
        _tiny.Edit("\"licence\"", "\"distances\": { \"similar\": 0.4 }, \"licence\"");
        var before = ModelManifest.Load(_tiny.ManifestPath);
        var calibration = Calibration([0.1, 0.3], [0.98, 0.5]);

        CalibrationFile.Write(_tiny.ManifestPath, Calibration([0.2], [0.1]));
        CalibrationFile.Write(_tiny.ManifestPath, calibration);

        var after = ModelManifest.Load(_tiny.ManifestPath);
        Assert.Equal([0.1, 0.3], after.Calibration!.Distances);
        Assert.Equal([0.98, 0.5], after.Calibration.Probabilities);
        Assert.Equal(
            (calibration.Prior, 5, 10, 990),
            (after.Calibration.Prior, after.Calibration.Originals, after.Calibration.Copies, after.Calibration.Others));
        Assert.Equal(["photos"], after.Calibration.Sets);
        Assert.Equal(before.ToJson(), (after with { Calibration = null }).ToJson());
        Assert.Contains("[0.98, 0.5]", File.ReadAllText(_tiny.ManifestPath), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(_tiny.Folder).Length);
    }

    [Fact]
    public void Knots_that_are_no_curve_are_not_written()
    {
        var before = File.ReadAllText(_tiny.ManifestPath);

        Assert.Throws<ModelException>(() => CalibrationFile.Write(_tiny.ManifestPath, Calibration([0.1, 0.3], [0.5, 0.98])));

        Assert.Equal(before, File.ReadAllText(_tiny.ManifestPath));
        Assert.Equal(2, Directory.GetFiles(_tiny.Folder).Length);
    }

    [Fact]
    public void The_probability_decides_no_farther_than_the_distance_and_without_it_the_distance_alone()
    {
        var plain = Manifests.Make(4, 4, TensorLayout.Nchw, ChannelOrder.Rgb);
        var calibrated = plain with { Calibration = Calibration([0.1, 0.3], [0.9, 0.5]) };

        Assert.Null(plain.CopyDistance(0.7));
        Assert.Equal(0.25f, (plain with { Distances = new() { Copy = 0.25f } }).CopyDistance(0.7));
        Assert.Equal(0.2, calibrated.CopyDistance(0.7)!.Value, 1e-12);
        Assert.Equal(0.15, (calibrated with { Distances = new() { Copy = 0.15f } }).CopyDistance(0.7)!.Value, 1e-6);
        Assert.Equal(0.2, (calibrated with { Distances = new() { Copy = 0.25f } }).CopyDistance(0.7)!.Value, 1e-12);
        Assert.Null((calibrated with { Distances = new() { Copy = 0.25f } }).CopyDistance(0.95));
    }

    [Theory]
    [InlineData("[0.1, 0.3]", "[0.3, 0.1]", "calibration", "must ascend")]
    [InlineData("[0.98, 0.5]", "[0.5, 0.98]", "calibration", "never likelier")]
    [InlineData("[0.98, 0.5]", "[1, 0.5]", "calibration", "nothing is certain")]
    [InlineData("[0.98, 0.5]", "[0.98]", "calibration", "as many of each")]
    [InlineData("[0.1, 0.3]", "[0.1, 3]", "calibration.distances", "0 to 2")]
    [InlineData("\"prior\": 0.01", "\"prior\": 0", "calibration.prior", "above 0")]
    [InlineData("\"prior\": 0.01, ", "", "calibration.prior", "missing")]
    [InlineData("\"originals\": 5", "\"originals\": 0", "calibration.originals", "above 0")]
    [InlineData("\"copies\": 10", "\"copies\": -1", "calibration.copies", "above 0")]
    [InlineData("\"others\": 990", "\"others\": 0", "calibration.others", "above 0")]
    [InlineData("[\"photos\"]", "[]", "calibration.sets", "came from")]
    [InlineData("\"calibration\"", "\"distances\": { \"copy_dimensions\": 2, \"copy_if_hash_near\": 0.1, \"similar\": 0.2 }, \"calibration\"",
        "distances.copy_if_hash_near", "part of the vector")]
    public void A_wrong_calibration_is_named(string old, string replacement, string field, string says)
    {
        _tiny.Edit("\"licence\"", Good.Replace(old, replacement, StringComparison.Ordinal) + "\"licence\"");

        var fault = Assert.Throws<ModelException>(() => ModelManifest.Load(_tiny.ManifestPath));

        Assert.Equal(field, fault.Field);
        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fingerprint")]
    [InlineData("gist")]
    public void The_models_of_the_product_are_calibrated(string name)
    {
        var manifest = ModelManifest.Load(Path.Combine(Repository.Root, "models", name));

        Assert.NotNull(manifest.CopyDistance(Core.Duplicates.CopyRules.MinimumProbability));
        Assert.InRange(manifest.Calibration!.Curve.Highest, 0.95, 0.9999);
        Assert.InRange(manifest.Calibration.Distances.Count, 3, 32);
    }

    static CopyCalibration Calibration(double[] distances, double[] probabilities) => new()
    {
        Distances = distances,
        Probabilities = probabilities,
        Prior = 0.01,
        Originals = 5,
        Copies = 10,
        Others = 990,
        Sets = ["photos"],
    };
}
