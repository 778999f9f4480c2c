namespace ImagePipeline.EndToEnd.Tests;

/// <summary>The folder that holds the solution, and what lies beside it.</summary>
static class Repository
{
    public static string Root => Fleet.Harness.Checkout.Root;

    /// <summary>A folder of the evaluation material beside the checkout; the test is skipped where it is absent.</summary>
    public static string Material(params string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([Root, "..", "shared", "data", .. parts]));
        Assert.SkipUnless(Path.Exists(path), $"needs ../shared/data/{string.Join('/', parts)}, which is not part of the project");
        return path;
    }
}
