namespace ImagePipeline.EndToEnd.Tests;

/// <summary>The folder that holds the solution, and what lies beside it.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>A folder of the evaluation material beside the checkout; the test is skipped where it is absent.</summary>
    public static string Material(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", "data", .. parts]));
        Assert.SkipUnless(Path.Exists(path), $"needs ../shared/data/{string.Join('/', parts)}, which is not part of the project");
        return path;
    }

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImagePipeline.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests run inside the repository.");
        }

        return folder.FullName;
    }
}
