namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>The folder that holds the solution.</summary>
static class Checkout
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ImagePipeline.slnx")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("This runs inside the repository.");
        }

        return folder.FullName;
    }
}
