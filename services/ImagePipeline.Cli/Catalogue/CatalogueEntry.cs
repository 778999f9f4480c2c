using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ImagePipeline.Inference;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>A model that can be pulled: where it is, what is known of its file, and the manifest that goes with it.</summary>
public sealed record CatalogueEntry
{
    /// <summary>What it is good at, in a clause.</summary>
    public required string Summary { get; init; }

    /// <summary>Where the .onnx is; null where nobody publishes one, and <see cref="Advice"/> says what to do.</summary>
    public string? Url { get; init; }

    /// <summary>Size of that file in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of that file, where its publisher says it; never one of our own making.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Where <see cref="Sha256"/> is published.</summary>
    public string? DigestSource { get; init; }

    /// <summary>Where the preprocessing of <see cref="Manifest"/> is published.</summary>
    public required string PreprocessingSource { get; init; }

    /// <summary>How to come by the file where there is no <see cref="Url"/>.</summary>
    public string? Advice { get; init; }

    /// <summary>The output that the graph lacks, or null.</summary>
    public GraphEnding? Ending { get; init; }

    /// <summary>The manifest without <c>file</c> and <c>sha256</c>; names of tensors may be absent, and are then the graph's only ones.</summary>
    public required JsonObject Manifest { get; init; }

    /// <summary>Name of the model.</summary>
    [JsonIgnore]
    public string Name => Manifest["name"]!.GetValue<string>();

    /// <summary>Length of its vectors.</summary>
    [JsonIgnore]
    public int Dimensions => Manifest["output"]!["dimensions"]!.GetValue<int>();

    /// <summary>Licence of the weights.</summary>
    [JsonIgnore]
    public string Licence => Manifest["licence"]!.GetValue<string>();

    /// <summary>The whole manifest.</summary>
    /// <param name="sha256">Digest of the file as it is installed.</param>
    /// <param name="onnx">That file, read where the manifest leaves out a tensor's name.</param>
    /// <exception cref="ModelException">A name is left out and the file has not exactly one, or it is no model.</exception>
    public string ToManifest(string sha256, string onnx)
    {
        var whole = (JsonObject)Manifest.DeepClone();
        whole["file"] = $"{Name}.onnx";
        whole["sha256"] = sha256;
        if (Ending is not null)
        {
            whole["output"]!["name"] = GraphEnding.Output;
        }

        if (whole["input"]!["name"] is null || whole["output"]!["name"] is null)
        {
            var names = GraphNames.Read(onnx);
            whole["input"]!["name"] ??= Only(names.Inputs, onnx, "input");
            whole["output"]!["name"] ??= Only(names.Outputs, onnx, "output");
        }

        return whole.ToJsonString(Indented);
    }

    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    static string Only(IReadOnlyList<string> names, string onnx, string side) => names is [var only]
        ? only
        : throw new ModelException(onnx, null, $"it has {names.Count} {side}s: {string.Join(", ", names)}",
            "Write a manifest that names the right one, see models/README.md, and use models add.");
}
