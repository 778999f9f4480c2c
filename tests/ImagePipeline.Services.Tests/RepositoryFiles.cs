namespace ImagePipeline.Services.Tests;

/// <summary>Files of the repository, found from wherever the tests run.</summary>
static class RepositoryFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>A path below the repository root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A folder of the evaluation material beside the checkout; the test is skipped where it is absent.</summary>
    public static string Material(params string[] parts)
    {
        var folder = Path.GetFullPath(Path.Combine([Root, "..", "shared", .. parts]));
        Assert.SkipUnless(Path.Exists(folder), $"needs ../shared/{string.Join('/', parts)}, which is not part of the project");
        return folder;
    }

    static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImagePipeline.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder.FullName;
    }
}
