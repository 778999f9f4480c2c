using System.Security.Cryptography;

namespace ImagePipeline.Inference;

/// <summary>Finds the manifest that a path or a bare name means, and checks the .onnx against it.</summary>
static class ModelFiles
{
    /// <summary>
    /// Resolves a manifest, an .onnx, a folder holding one manifest, or a bare name, to a manifest's path.
    /// </summary>
    /// <exception cref="ModelException">Nothing is there, or more than one manifest is.</exception>
    public static string FindManifest(string pathOrName)
    {
        if (File.Exists(pathOrName))
        {
            var onnx = pathOrName.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase);
            return onnx ? BesideOnnx(pathOrName) : pathOrName;
        }
        if (Directory.Exists(pathOrName))
        {
            return InFolder(pathOrName);
        }
        var bare = pathOrName.Length > 0 && pathOrName.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.');
        var folder = bare && !pathOrName.EndsWith(".onnx", StringComparison.Ordinal) ? ModelFolders.Find(pathOrName) : null;
        return folder is null
            ? throw new ModelException(pathOrName, null, "there is no such file, folder or installed model",
                "Give the path of a manifest, of an .onnx beside one, or of its folder; imagepipeline models list shows the names "
                + $"that are known here and those that can be pulled. Models of your own lie in {ModelFolders.User}.")
            : InFolder(folder);
    }

    /// <summary>Compares the file's SHA-256 with the manifest's and returns the full path.</summary>
    /// <exception cref="ModelException">The file is absent, or its digest is another.</exception>
    public static string CheckedOnnx(string manifestPath, ModelManifest manifest)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, manifest.File);
        if (!File.Exists(path))
        {
            throw new ModelException(manifestPath, "file", $"{path} does not exist",
                "Put the .onnx beside its manifest or correct the field.");
        }
        using var stream = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        return digest == manifest.Sha256
            ? path
            : throw new ModelException(manifestPath, "sha256", $"it says {manifest.Sha256}, but {path} has {digest}",
                "Fetch the file again, or, if the model changed on purpose, correct the digest and raise the version.");
    }

    static string BesideOnnx(string onnx)
    {
        var manifest = Path.ChangeExtension(onnx, ".json");
        return File.Exists(manifest)
            ? manifest
            : throw new ModelException(onnx, null, $"it has no manifest {Path.GetFileName(manifest)} beside it",
                "Write one; models/README.md describes every field and shows an example.");
    }

    static string InFolder(string folder)
    {
        var manifests = Directory.GetFiles(folder, "*.json");
        return manifests.Length == 1
            ? manifests[0]
            : throw new ModelException(folder, null,
                $"the folder holds {manifests.Length} .json files, not one manifest",
                "Give the path of the manifest itself.");
    }
}
