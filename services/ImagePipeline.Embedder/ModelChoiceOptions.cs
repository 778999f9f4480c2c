using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Embedder;

/// <summary>Which model a service runs, section <c>Model</c>; how it runs is in <c>ModelOptions</c> of the same section.</summary>
public sealed record ModelChoiceOptions
{
    /// <summary>A name from <c>models/</c>, an .onnx file or its manifest. Default fingerprint, the product's own.</summary>
    [Required]
    public string Path { get; init; } = "fingerprint";
}
