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

    /// <summary>Compares the SHA-256 of the file for a precision with the manifest's and returns the full path.</summary>
    /// <param name="manifestPath">The manifest.</param>
    /// <param name="manifest">What it says.</param>
    /// <param name="precision">Full or half.</param>
    /// <exception cref="ModelException">The file is absent, or its digest is another; or the manifest names none.</exception>
    public static string CheckedOnnx(string manifestPath, ModelManifest manifest, ModelPrecision precision)
    {
        if (precision != ModelPrecision.Half)
        {
            return Checked(manifestPath, "", manifest.File, manifest.Sha256);
        }
        return manifest.Fp16 is { } half
            ? Checked(manifestPath, "fp16.", half.File, half.Sha256)
            : throw new ModelException(manifestPath, "fp16", "half precision was asked for, and there is no file for it",
                "Make one with models/fp16.py, or choose precision full or auto.");
    }

    static string Checked(string manifestPath, string at, string file, string sha256)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(manifestPath))!, file);
        if (!File.Exists(path))
        {
            throw new ModelException(manifestPath, $"{at}file", $"{path} does not exist",
                "Put the .onnx beside its manifest or correct the field.");
        }
        using var stream = File.OpenRead(path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(stream));
        return digest == sha256
            ? path
            : throw new ModelException(manifestPath, $"{at}sha256", $"it says {sha256}, but {path} has {digest}",
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
