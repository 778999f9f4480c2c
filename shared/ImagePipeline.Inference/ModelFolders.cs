namespace ImagePipeline.Inference;

/// <summary>A folder that holds a model.</summary>
/// <param name="Name">What names it on a command line: the folder's own name.</param>
/// <param name="Manifest">Full path of its manifest.</param>
/// <param name="IsUsers">Whether it lies in the user's folder of models, not beside the program.</param>
public sealed record ModelFolder(string Name, string Manifest, bool IsUsers);

/// <summary>Where models lie that are named without a path: <c>models/</c> beside the program, in the folders above it and in the
/// working folder, and the user's own folder, in this order.</summary>
public static class ModelFolders
{
    /// <summary>Environment variable that names the user's folder of models.</summary>
    public const string Variable = "IMAGEPIPELINE_MODELS";

    /// <summary>The user's folder of models: <c>$IMAGEPIPELINE_MODELS</c>, or <c>imagepipeline/models</c> in the folder that the system
    /// has for a user's data (<c>$XDG_DATA_HOME</c> or <c>~/.local/share</c>). It need not exist.</summary>
    public static string User => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? Path.GetFullPath(folder)
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "imagepipeline", "models");

    /// <summary>The folder that a name means, or null.</summary>
    public static string? Find(string name) =>
        Roots().Select(root => Path.Combine(root.Path, name)).FirstOrDefault(HoldsManifest);

    /// <summary>The manifest that a path or name means: a .json, an .onnx beside one, a folder, or the name of an installed model.</summary>
    /// <exception cref="ModelException">Nothing is there, or more than one manifest is.</exception>
    public static string FindManifest(string pathOrName) => Path.GetFullPath(ModelFiles.FindManifest(pathOrName));

    /// <summary>Every model that can be named, each name once. A folder without one manifest and an .onnx is not among them.</summary>
    public static IReadOnlyList<ModelFolder> List()
    {
        var models = new List<ModelFolder>();
        foreach (var (root, isUsers) in Roots().Where(root => Directory.Exists(root.Path)))
        {
            foreach (var folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal))
            {
                var name = Path.GetFileName(folder);
                if (!name.StartsWith('.') && models.TrueForAll(known => known.Name != name)
                    && Directory.GetFiles(folder, "*.json") is [var manifest]
                    && Directory.EnumerateFiles(folder, "*.onnx").Any())
                {
                    models.Add(new ModelFolder(name, manifest, isUsers));
                }
            }
        }

        return models;
    }

    static IEnumerable<(string Path, bool IsUsers)> Roots()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            yield return (Path.Combine(at.FullName, "models"), false);
        }

        yield return (Path.Combine(Environment.CurrentDirectory, "models"), false);
        yield return (User, true);
    }

    /// <summary>What an older version left behind, emptied, must not hide the model elsewhere.</summary>
    static bool HoldsManifest(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.json").Any();
}
