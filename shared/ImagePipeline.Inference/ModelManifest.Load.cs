using System.Text.Json;

namespace ImagePipeline.Inference;

public sealed partial record ModelManifest
{
    /// <summary>
    /// Reads the manifest that a path or name means: a .json, an .onnx, a folder, or a name under models/.
    /// </summary>
    /// <exception cref="ModelException">There is none, or a field is unknown, missing or out of range.</exception>
    public static ModelManifest Load(string pathOrName) => ManifestFile.Read(ModelFiles.FindManifest(pathOrName));

    /// <summary>The manifest as the JSON it is read from, for storing beside its vectors.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ManifestJson.Default.ModelManifest);
}
