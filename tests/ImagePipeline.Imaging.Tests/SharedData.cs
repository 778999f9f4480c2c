namespace ImagePipeline.Imaging.Tests;

/// <summary>
/// Pictures that lie beside the repository and are never part of it; a test that needs them skips without.
/// </summary>
static class SharedData
{
    /// <summary>The path of a folder of ../shared/data, or skips the test.</summary>
    public static string Folder(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ImagePipeline.slnx")))
        {
            folder = folder.Parent;
        }
        var path = Path.GetFullPath(Path.Combine(folder?.FullName ?? ".", "..", "shared", "data", name));
        Assert.SkipUnless(Directory.Exists(path), $"needs {path}");
        return path;
    }

    /// <summary>All files below a folder of ../shared/data, in a fixed order.</summary>
    public static string[] Files(string name) =>
        [.. Directory.EnumerateFiles(Folder(name), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
}
