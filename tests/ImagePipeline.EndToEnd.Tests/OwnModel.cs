using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>A model of the user's: the built-in graph under another name, so that its vectors are known.</summary>
sealed class OwnModel
{
    OwnModel(string manifest, byte[] onnx)
    {
        Manifest = manifest;
        Onnx = onnx;
    }

    /// <summary>Path of the manifest; the .onnx is beside it.</summary>
    public string Manifest { get; }

    /// <summary>The bytes of the .onnx.</summary>
    public byte[] Onnx { get; }

    /// <summary>Writes it into a folder.</summary>
    public static OwnModel Write(string folder, string name = "mine")
    {
        var fingerprint = Path.Combine(Repository.Root, "models", "fingerprint");
        var onnx = File.ReadAllBytes(Path.Combine(fingerprint, "fingerprint.onnx"));
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, $"{name}.onnx"), onnx);
        var manifest = Path.Combine(folder, $"{name}.json");
        // A first version of its own, whichever the built-in model has come to.
        var text = Regex.Replace(File.ReadAllText(Path.Combine(fingerprint, "fingerprint.json")), "\"version\": \"[^\"]*\"", "\"version\": \"1\"");
        File.WriteAllText(manifest, text
            .Replace("\"name\": \"fingerprint\"", $"\"name\": \"{name}\"", StringComparison.Ordinal)
            .Replace("\"fingerprint.onnx\"", $"\"{name}.onnx\"", StringComparison.Ordinal));
        return new OwnModel(manifest, onnx);
    }

    /// <summary>Replaces text in the manifest, which must be there.</summary>
    public void Edit(string old, string replacement)
    {
        var text = File.ReadAllText(Manifest);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(Manifest, text.Replace(old, replacement, StringComparison.Ordinal));
    }

    /// <summary>Digest of the .onnx.</summary>
    public string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Onnx));
}
