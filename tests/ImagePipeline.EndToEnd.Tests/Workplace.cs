using System.Diagnostics;
using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>A folder for one test, gone afterwards with the database server that was started in it.</summary>
sealed class Workplace : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("ip-e2e-").FullName;

    /// <summary>The database folder.</summary>
    public string Data => Path.Combine(Root, "data");

    /// <summary>The folder of pictures.</summary>
    public string Pictures => Path.Combine(Root, "pictures");

    /// <summary>A path in the folder of pictures.</summary>
    public string Picture(string path) => Path.Combine(Pictures, path);

    /// <summary>Writes a picture and returns its path.</summary>
    public string Write(string path, byte[] bytes)
    {
        var full = Picture(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, bytes);
        return full;
    }

    public void Dispose()
    {
        EndServer(Data);
        Directory.Delete(Root, recursive: true);
    }

    /// <summary>Ends the embedded server of a data folder now, instead of its own end some seconds after its last client.</summary>
    public static void EndServer(string data)
    {
        var endpoint = Path.Combine(data, "db", "endpoint.json");
        if (!File.Exists(endpoint))
        {
            return;
        }

        using var json = JsonDocument.Parse(File.ReadAllText(endpoint));
        try
        {
            using var server = Process.GetProcessById(json.RootElement.GetProperty("pid").GetInt32());
            server.Kill();
            server.WaitForExit(TimeSpan.FromSeconds(10));
        }
        catch (ArgumentException)
        {
            // It has ended by itself.
        }
    }
}
