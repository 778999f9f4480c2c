namespace ImagePipeline.Inference.Tests;

/// <summary>Finds the repository's folders from wherever the test program was built to.</summary>
static class Repository
{
    /// <summary>The folder that holds ImagePipeline.slnx.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A file of the evaluation data beside the repository; the test skips when it is absent.</summary>
    public static string Shared(string relative)
    {
        var path = Path.GetFullPath(Path.Combine(Root, "..", "shared", relative));
        Assert.SkipUnless(File.Exists(path),
            $"needs ../shared/{relative}: evaluation data, not part of the repository");
        return path;
    }

    static string FindRoot()
    {
        var at = new DirectoryInfo(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "ImagePipeline.slnx")))
        {
            at = at.Parent;
        }
        return at?.FullName
            ?? throw new DirectoryNotFoundException("No folder above the tests holds ImagePipeline.slnx.");
    }
}
