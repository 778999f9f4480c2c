using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace ImagePipeline.Storage.Embedded;

/// <summary>The embedded PostgreSQL (PGlite, run by Node.js) of a data directory. The first process that needs it starts
/// it, others join, and it exits by itself some seconds after the last has gone. See docs/decisions/003.</summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    readonly DatabaseOptions _options;
    readonly CancellationTokenSource _ending = new();
    readonly Task _watching;

    // An open connection that never says anything: it keeps the server alive while this process has none in its pool.
    Socket _lease;

    EmbeddedDatabase(DatabaseOptions options, ServerEndpoint endpoint, Socket lease)
    {
        (_options, _lease) = (options, lease);
        ProcessId = endpoint.Pid;
        ConnectionString = endpoint.ConnectionString;
        _watching = endpoint.Socket is null ? Task.CompletedTask : WatchAsync(_ending.Token);
    }

    /// <summary>Happens when the server was killed and another runs in its place: connections from before are broken.</summary>
    public event Action? Replaced;

    /// <summary>How to connect.</summary>
    public string ConnectionString { get; }

    /// <summary>The server's process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Starts the server of a data directory, or joins the one that runs.</summary>
    /// <exception cref="DatabaseException">It cannot be started; the message says why and what to do.</exception>
    public static async Task<EmbeddedDatabase> StartAsync(DatabaseOptions options, CancellationToken cancel = default)
    {
        var (endpoint, lease) = await ConnectAsync(options, before: null, cancel) ?? throw new UnreachableException();
        return new EmbeddedDatabase(options, endpoint, lease);
    }

    /// <summary>Joins or starts a server; null where the process that served before has ended as it was told to.</summary>
    static async Task<(ServerEndpoint Endpoint, Socket Lease)?> ConnectAsync(DatabaseOptions options, int? before, CancellationToken cancel)
    {
        var folder = new DatabaseFolder(
            options.DataDirectory ?? throw new ArgumentException("No data directory.", nameof(options)));
        folder.Create();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.StartTimeout);
        try
        {
            await using var startLock = await folder.LockAsync(deadline.Token);
            while (before is not null && folder.ReadEndpoint() is { } left && left.Pid == before && left.IsAlive())
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), deadline.Token);
            }
            // One that was told to stop has taken its endpoint away. Nobody else has: they would need the lock.
            if (before is not null && folder.ReadEndpoint() is null)
            {
                return null;
            }
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
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        NpgsqlConnection.ClearPool(new NpgsqlConnection(ConnectionString));
        _lease.Dispose();
        _ending.Dispose();
    }

    /// <summary>Waits until the server is gone, and starts it again where it was killed: by the watchdog of an endless statement, or by
    /// somebody. It listens at the same place, so that who asks after that goes on.</summary>
    async Task WatchAsync(CancellationToken ending)
    {
        try
        {
            while (true)
            {
                await UntilClosedAsync(_lease, ending);
                if (await ConnectAsync(_options, ProcessId, ending) is not { } again)
                {
                    return;
                }
                _lease.Dispose();
                (ProcessId, _lease) = (again.Endpoint.Pid, again.Lease);
                Replaced?.Invoke();
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or DatabaseException or IOException or UnauthorizedAccessException)
        {
            // Whoever asks next is told that there is none, and why is in the server's log.
        }
    }

    static async Task UntilClosedAsync(Socket lease, CancellationToken ending)
    {
        var nothing = new byte[1];
        try
        {
            while (await lease.ReceiveAsync(nothing, ending) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // Closed too.
        }
    }

    /// <summary>Connects to the running server; null when there is none. One that is starting or stopping is waited for.</summary>
    static async Task<(ServerEndpoint Endpoint, Socket Lease)?> JoinAsync(DatabaseFolder folder, CancellationToken cancel)
    {
        while (folder.ReadEndpoint() is { } endpoint)
        {
            if (endpoint.HasAddress && await ConnectAsync(endpoint, cancel) is { } lease)
            {
                return (endpoint, lease);
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

    static async Task<(ServerEndpoint Endpoint, Socket Lease)> StartServerAsync(
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
                    return (endpoint, lease);
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
