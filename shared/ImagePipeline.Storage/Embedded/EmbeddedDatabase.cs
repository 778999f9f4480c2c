using System.Net.Sockets;
using Npgsql;

namespace ImagePipeline.Storage.Embedded;

/// <summary>The embedded PostgreSQL (PGlite, run by Node.js) of a data directory. The first process that needs it starts
/// it, others join, and it exits by itself some seconds after the last has gone. See docs/decisions/003.</summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    // An open connection that never says anything: it keeps the server alive while this process has none in its pool.
    readonly Socket _lease;

    EmbeddedDatabase(ServerEndpoint endpoint, Socket lease)
    {
        _lease = lease;
        ProcessId = endpoint.Pid;
        ConnectionString = endpoint.ConnectionString;
    }

    /// <summary>How to connect.</summary>
    public string ConnectionString { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId { get; }

    /// <summary>Starts the server of a data directory, or joins the one that runs.</summary>
    /// <exception cref="DatabaseException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedDatabase> StartAsync(DatabaseOptions options, CancellationToken cancel = default)
    {
        var folder = new DatabaseFolder(
            options.DataDirectory ?? throw new ArgumentException("No data directory.", nameof(options)));
        folder.Create();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.StartTimeout);
        try
        {
            await using var startLock = await folder.LockAsync(deadline.Token);
            return await JoinAsync(folder, deadline.Token) ?? await StartServerAsync(folder, options, deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DatabaseException(
                $"The embedded database in {folder.Root} did not start within {options.StartTimeout.TotalSeconds:0} s. " +
                $"{folder.HolderNote()}{folder.LogTail()}");
        }
    }

    /// <summary>Lets go of the server.</summary>
    public ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        _lease.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Connects to the running server; null when there is none. One that is starting or stopping is waited for.</summary>
    static async Task<EmbeddedDatabase?> JoinAsync(DatabaseFolder folder, CancellationToken cancel)
    {
        while (folder.ReadEndpoint() is { } endpoint)
        {
            if (endpoint.HasAddress && await ConnectAsync(endpoint, cancel) is { } lease)
            {
                return new EmbeddedDatabase(endpoint, lease);
            }
            if (!endpoint.IsAlive())
            {
                folder.RemoveEndpoint();
                return null;
            }
            await Task.Delay(TimeSpan.FromMilliseconds(50), cancel);
        }
        return null;
    }

    static async Task<EmbeddedDatabase> StartServerAsync(
        DatabaseFolder folder, DatabaseOptions options, CancellationToken cancel)
    {
        using var server = ServerProcess.Start(folder, options.IdleExit);
        try
        {
            while (true)
            {
                if (folder.ReadEndpoint() is { HasAddress: true } endpoint
                    && await ConnectAsync(endpoint, cancel) is { } lease)
                {
                    return new EmbeddedDatabase(endpoint, lease);
                }
                if (server.HasExited)
                {
                    throw new DatabaseException($"The embedded database could not start. {await server.ErrorAsync(cancel)}");
                }
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            server.Kill();
            throw;
        }
    }

    static async Task<Socket?> ConnectAsync(ServerEndpoint endpoint, CancellationToken cancel)
    {
        var socket = endpoint.CreateSocket();
        try
        {
            await socket.ConnectAsync(endpoint.Address, cancel);
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
