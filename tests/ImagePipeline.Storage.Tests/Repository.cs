namespace ImagePipeline.Storage.Tests;

/// <summary>The folder that holds the solution.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ImagePipeline.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }
        return folder ?? throw new InvalidOperationException("The tests run from within the repository.");
    }
}

/// <summary>A folder that is gone after the test, once the database server in it has let go.</summary>
sealed class TemporaryFolder : IAsyncDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("ip-").FullName;

    public async ValueTask DisposeAsync()
    {
        var endpoint = System.IO.Path.Combine(Path, "db", "endpoint.json");
        for (var i = 0; i < 200 && File.Exists(endpoint); i++)
        {
            await Task.Delay(50);
        }
        Directory.Delete(Path, recursive: true);
    }
}
