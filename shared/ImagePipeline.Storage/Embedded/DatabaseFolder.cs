using System.Security.Cryptography;
using System.Text;

namespace ImagePipeline.Storage.Embedded;

/// <summary>The folder of an embedded database: <c>cluster/</c>, <c>endpoint.json</c>, <c>start.lock</c>,
/// <c>server.log</c>, and the socket where its path is short enough.</summary>
sealed class DatabaseFolder
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // sockaddr_un holds 104 bytes on macOS and 108 on Linux, the closing zero included.
    const int MaxSocketPathBytes = 100;
    const string SocketName = ".s.PGSQL.1";
    const int LogTailLines = 8;

    readonly string _endpoint;

    public DatabaseFolder(string dataDirectory)
    {
        Root = Path.Combine(Path.GetFullPath(dataDirectory), "db");
        _endpoint = Path.Combine(Root, "endpoint.json");
    }

    public string Root { get; }

    /// <summary>Where the server listens; null on Windows, where it takes a free port of the loopback.</summary>
    public string? SocketPath { get; private set; }

    string Log => Path.Combine(Root, "server.log");

    public void Create()
    {
        CreatePrivate(Root);
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        SocketPath = Path.Combine(Root, SocketName);
        if (Encoding.UTF8.GetByteCount(SocketPath) > MaxSocketPathBytes)
        {
            var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Root)))[..16];
            var folder = Path.Combine(ShortTemporaryFolder(), $"imagepipeline-{Environment.UserName}", digest);
            CreatePrivate(Path.GetDirectoryName(folder)!);
            CreatePrivate(folder);
            SocketPath = Path.Combine(folder, SocketName);
        }
    }

    /// <summary>Held by the one process that starts or joins the server; the system frees it when that process dies.</summary>
    public async Task<FileStream> LockAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return new FileStream(
                    Path.Combine(Root, "start.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
            }
        }
    }

    public ServerEndpoint? ReadEndpoint()
    {
        try
        {
            return ServerEndpoint.Parse(File.ReadAllText(_endpoint));
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void RemoveEndpoint() => File.Delete(_endpoint);

    /// <summary>Who holds the folder, for an error message.</summary>
    public string HolderNote() => ReadEndpoint() is { } endpoint && endpoint.IsAlive()
        ? $"Process {endpoint.Pid} holds it; if it hangs, end it and try again. "
        : "";

    /// <summary>The last lines of the server's log, for an error message.</summary>
    public string LogTail() => File.Exists(Log)
        ? $"Last lines of {Log}:{Environment.NewLine}{string.Join(Environment.NewLine, File.ReadLines(Log).TakeLast(LogTailLines))}"
        : "";

    // The temporary folder may itself be long (macOS, some CI); /tmp never is.
    static string ShortTemporaryFolder() => Path.GetTempPath().Length <= 40 ? Path.GetTempPath() : "/tmp";

    static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }
        Directory.CreateDirectory(folder, OwnerOnly);
        if (File.GetUnixFileMode(folder) != OwnerOnly)
        {
            try
            {
                File.SetUnixFileMode(folder, OwnerOnly);
            }
            catch (UnauthorizedAccessException error)
            {
                throw new DatabaseException($"{folder} belongs to someone else; the embedded database needs its own.", error);
            }
        }
    }
}
