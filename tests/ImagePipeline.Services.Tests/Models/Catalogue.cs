using System.Text.RegularExpressions;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Inference;

namespace ImagePipeline.Services.Tests.Models;

/// <summary>The models that can be pulled by name.</summary>
public sealed partial class Catalogue : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("catalogue-").FullName;

    public static TheoryData<string> Names => [.. ModelCatalogue.Entries.Select(entry => entry.Name)];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_gives_a_manifest_that_is_accepted(string name)
    {
        var entry = ModelCatalogue.Find(name)!;
        var onnx = Path.Combine(AppContext.BaseDirectory, "models", "fingerprint", "fingerprint.onnx");
        var path = Path.Combine(_folder, $"{name}.json");

        File.WriteAllText(path, entry.ToManifest(new string('a', 64), onnx));
        var manifest = ModelManifest.Load(path);

        Assert.Equal((name, $"{name}.onnx", new string('a', 64)), (manifest.Name, manifest.File, manifest.Sha256));
        Assert.Equal(entry.Ending is not null, manifest.Output.Name == GraphEnding.Output);
        // Not measured on copies of ours: these vectors decide no kind of pair.
        Assert.Null(manifest.Distances);
        Assert.InRange(manifest.Output.Dimensions, 1, 4000);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_entry_says_where_its_facts_are_from(string name)
    {
        var entry = ModelCatalogue.Find(name)!;

        Assert.NotEmpty(entry.PreprocessingSource);
        Assert.Equal(entry.Url is null, entry.Advice is not null);
        Assert.Equal(entry.Sha256 is null, entry.DigestSource is null);
        Assert.Equal(entry.Url is null, entry.Bytes is null);
        if (entry.Url is { } url)
        {
            Assert.StartsWith("https://", url, StringComparison.Ordinal);
            Assert.Matches(Digest(), entry.Sha256);
        }
    }

    [Fact]
    public void Names_differ_from_each_other_and_from_the_built_in_one()
    {
        var names = ModelCatalogue.Entries.Select(entry => entry.Name).Append("fingerprint").ToList();

        Assert.Equal(names.Distinct(), names);
        Assert.Equal(names.Count - 1, ModelCatalogue.Entries.Count);
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Digest();
}
