using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Web;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>What a link does to a request.</summary>
enum Disturbance
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Answers 503 in place of the server.</summary>
    Busy,

    /// <summary>Never answers.</summary>
    Silent,

    /// <summary>Hands on the beginning of the answer and no more.</summary>
    Stall,
}

/// <summary>Stands between the program and the S3 server, remembers every request that was handed on, and disturbs those it is told to.</summary>
sealed class StoreLink : IDisposable
{
    const int StalledAfterBytes = 700;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Uri _server;

    public StoreLink(string server)
    {
        _server = new Uri(server);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>Targets of the requests for objects and listings, such as <c>/bucket/key</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Paths of the objects whose bytes were asked for.</summary>
    public IEnumerable<string> Reads => Requests.Where(target => !target.Contains("list-type", StringComparison.Ordinal))
        .Select(target => HttpUtility.UrlDecode(target.Split('?')[0].Replace("+", "%2B", StringComparison.Ordinal)));

    /// <summary>Where listings began: keys above these were asked for; null for the start.</summary>
    public IEnumerable<string?> Listings => Requests.Where(target => target.Contains("list-type", StringComparison.Ordinal))
        .Select(target => HttpUtility.ParseQueryString(target[target.IndexOf('?', StringComparison.Ordinal)..])["start-after"]);

    /// <summary>What becomes of a request.</summary>
    public Func<string, Disturbance> Disturb { get; set; } = static _ => Disturbance.None;

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_stop.Token);
            _ = ServeAsync(client);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        await server.ConnectAsync(_server.Host, _server.Port, _stop.Token);
        var (near, far) = (client.GetStream(), server.GetStream());
        var room = new Room();
        await Task.WhenAny(AskAsync(near, far, room), AnswerAsync(far, near, room));
    }

    async Task AskAsync(NetworkStream near, NetworkStream far, Room room)
    {
        var buffer = new byte[1 << 16];
        while (await near.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            // The client waits for an answer before it sends the next request, and a GET has no body.
            if (buffer.AsSpan(0, read).StartsWith("GET "u8))
            {
                var target = Encoding.UTF8.GetString(buffer, 4, buffer.AsSpan(4, read - 4).IndexOf((byte)' '));
                Requests.Enqueue(target);
                switch (Disturb(target))
                {
                    case Disturbance.Busy:
                        await near.WriteAsync("HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray(), _stop.Token);
                        return;
                    case Disturbance.Silent:
                        continue;
                    case Disturbance.Stall:
                        room.Bytes = StalledAfterBytes;
                        break;
                    default:
                        break;
                }
            }

            await far.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    async Task AnswerAsync(NetworkStream far, NetworkStream near, Room room)
    {
        var buffer = new byte[1 << 16];
        while (await far.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            var most = Math.Min(read, room.Bytes);
            room.Bytes -= most;
            await near.WriteAsync(buffer.AsMemory(0, most), _stop.Token);
        }
    }

    /// <summary>How many bytes of answers a connection still hands on.</summary>
    sealed class Room
    {
        public int Bytes { get; set; } = int.MaxValue;
    }
}
