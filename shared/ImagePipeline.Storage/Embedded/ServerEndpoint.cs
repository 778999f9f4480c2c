using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;

namespace ImagePipeline.Storage.Embedded;

/// <summary>What endpoint.json says: which process holds the folder and, once it listens, where.</summary>
sealed record ServerEndpoint(int Pid, string? Socket, int? Port)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public bool HasAddress => Socket is not null || Port is not null;

    public EndPoint Address => Socket is not null
        ? new UnixDomainSocketEndPoint(Socket)
        : new IPEndPoint(IPAddress.Loopback, Port ?? throw new InvalidOperationException("Not listening yet."));

    /// <summary>Npgsql finds a Unix socket by its folder and the number its name ends with.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = Socket is null ? IPAddress.Loopback.ToString() : Path.GetDirectoryName(Socket),
        Port = Socket is null
            ? Port ?? 0
            : int.Parse(Path.GetExtension(Socket.AsSpan())[1..], CultureInfo.InvariantCulture),
        Username = "postgres",
        Database = "postgres",
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
        // One engine session serves everyone: a reset would be everyone's.
        NoResetOnClose = true,
        // A statement may wait for other clients' transactions.
        CommandTimeout = 600,
        Timeout = 60,
    }.ConnectionString;

    public static ServerEndpoint? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<ServerEndpoint>(json, Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public Socket CreateSocket() => Socket is not null
        ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    /// <summary>Whether the process still runs, and is such a server: numbers of processes are used again.</summary>
    public bool IsAlive()
    {
        var commandLine = $"/proc/{Pid}/cmdline";
        if (OperatingSystem.IsLinux())
        {
            // Empty for a zombie.
            return File.Exists(commandLine) && ReadOrEmpty(commandLine).Contains("serve.mjs", StringComparison.Ordinal);
        }
        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.ProcessName.Contains("node", StringComparison.OrdinalIgnoreCase);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    static string ReadOrEmpty(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
