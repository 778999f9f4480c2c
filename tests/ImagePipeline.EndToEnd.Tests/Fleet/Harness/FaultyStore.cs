using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>Stands before the S3 server: counts reads, answers a share of them with 503, and lets a share of them stall.</summary>
sealed class FaultyStore : IDisposable
{
    const int RefuseOf1000 = 20;
    const int StallOf1000 = 2;

    const string SlowDown = "<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>";

    static readonly byte[] Refusal = Encoding.ASCII.GetBytes(
        $"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: {SlowDown.Length}\r\n\r\n{SlowDown}");

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Random _random;
    readonly Uri _server;
    long _reads;
    long _refused;
    long _stalled;

    public FaultyStore(Uri server, int seed)
    {
        (_server, _random) = (server, new Random(seed));
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What clients take for the server.</summary>
    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Whether faults are made; at first not.</summary>
    public volatile bool IsFaulty;

    /// <summary>Requests for the bytes of objects.</summary>
    public long Reads => Interlocked.Read(ref _reads);

    /// <summary>Requests answered with 503.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Requests whose answer never came, or only in part.</summary>
    public long Stalled => Interlocked.Read(ref _stalled);

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        try
        {
            await far.ConnectAsync(_server.Host, _server.Port, _stop.Token);
            var link = new Link { LeftBeforeStall = long.MaxValue };
            await Task.WhenAny(AskAsync(near.GetStream(), far.GetStream(), link), AnswerAsync(far.GetStream(), near.GetStream(), link));
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException or SocketException)
        {
            // One side hung up; closing both tells the other.
        }
    }

    async Task AskAsync(NetworkStream from, NetworkStream to, Link link)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            // The client waits for an answer before it sends the next request, and a GET has no body.
            if (buffer.AsSpan(0, read).StartsWith("GET "u8))
            {
                while (!buffer.AsSpan(0, read).EndsWith("\r\n\r\n"u8) && read < buffer.Length)
                {
                    read += await from.ReadAsync(buffer.AsMemory(read), _stop.Token);
                }

                if (Choose(buffer.AsSpan(0, read), link))
                {
                    await from.WriteAsync(Refusal, _stop.Token);
                    continue;
                }
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    /// <summary>Counts a request and chooses its fate; true when it is refused.</summary>
    bool Choose(ReadOnlySpan<byte> request, Link link)
    {
        if (request[..request.IndexOf((byte)'\r')].IndexOf("list-type"u8) < 0)
        {
            Interlocked.Increment(ref _reads);
        }

        if (!IsFaulty)
        {
            return false;
        }

        int fate;
        lock (_random)
        {
            fate = _random.Next(1000);
            link.LeftBeforeStall = fate < StallOf1000 ? _random.Next(2) * 600 : long.MaxValue;
        }

        if (fate < StallOf1000)
        {
            Interlocked.Increment(ref _stalled);
            return false;
        }

        var refuse = fate < StallOf1000 + RefuseOf1000;
        Interlocked.Add(ref _refused, refuse ? 1 : 0);
        return refuse;
    }

    async Task AnswerAsync(NetworkStream from, NetworkStream to, Link link)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            if (link.LeftBeforeStall < read)
            {
                await to.WriteAsync(buffer.AsMemory(0, (int)link.LeftBeforeStall), _stop.Token);
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    sealed class Link
    {
        long _left;

        /// <summary>Bytes of the present answer that still pass.</summary>
        public long LeftBeforeStall
        {
            get => Interlocked.Read(ref _left);
            set => Interlocked.Exchange(ref _left, value);
        }
    }
}
