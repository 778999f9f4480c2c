using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace ImagePipeline.Benchmarks.Objects;

/// <summary>A TCP proxy on loopback whose bytes arrive later than they were sent, each way, in order and at full rate: a server far away.</summary>
public sealed class SlowLink : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Task _accepting;

    /// <summary>Listens, and connects every client to the server.</summary>
    /// <param name="server">Where to.</param>
    /// <param name="oneWay">How much later bytes arrive.</param>
    public SlowLink(IPEndPoint server, TimeSpan oneWay)
    {
        _listener.Start();
        _accepting = AcceptAsync(server, oneWay);
    }

    /// <summary>What clients connect to.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    async Task AcceptAsync(IPEndPoint server, TimeSpan oneWay)
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _ = JoinAsync(client, server, oneWay);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException)
        {
            // Stopped.
        }
    }

    async Task JoinAsync(TcpClient client, IPEndPoint server, TimeSpan oneWay)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(server, _stop.Token);
            await Task.WhenAny(
                CarryAsync(near.GetStream(), far.GetStream(), oneWay), CarryAsync(far.GetStream(), near.GetStream(), oneWay));
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
            // One side hung up; closing both tells the other.
        }
    }

    async Task CarryAsync(NetworkStream from, NetworkStream to, TimeSpan oneWay)
    {
        var onTheWay = Channel.CreateUnbounded<(byte[] Bytes, long At)>();
        var arriving = ArriveAsync(onTheWay.Reader, to);
        var buffer = new byte[64 * 1024];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            onTheWay.Writer.TryWrite((buffer[..read], Stopwatch.GetTimestamp() + (long)(oneWay.TotalSeconds * Stopwatch.Frequency)));
        }

        onTheWay.Writer.Complete();
        await arriving;
    }

    async Task ArriveAsync(ChannelReader<(byte[] Bytes, long At)> onTheWay, NetworkStream to)
    {
        await foreach (var (bytes, at) in onTheWay.ReadAllAsync(_stop.Token))
        {
            var early = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), at);
            if (early > TimeSpan.Zero)
            {
                await Task.Delay(early, _stop.Token);
            }

            await to.WriteAsync(bytes, _stop.Token);
        }
    }
}
