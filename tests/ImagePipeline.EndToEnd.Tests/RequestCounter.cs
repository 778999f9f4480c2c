using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>Stands between the program and the S3 server and remembers the first line of every request.</summary>
sealed class RequestCounter : IDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource _stop = new();
    readonly Uri _server;

    public RequestCounter(string server)
    {
        _server = new Uri(server);
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>First lines, such as <c>GET /bucket/key HTTP/1.1</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Requests for the bytes of an object.</summary>
    public int Reads => Requests.Count(line => line.StartsWith("GET ", StringComparison.Ordinal)
        && !line.Contains("list-type", StringComparison.Ordinal));

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
        _stop.Dispose();
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
        await Task.WhenAny(ForwardAsync(near, far, true), ForwardAsync(far, near, false));
    }

    async Task ForwardAsync(NetworkStream from, NetworkStream to, bool isRequest)
    {
        var buffer = new byte[1 << 16];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            // The client waits for an answer before it sends the next request, and a GET has no body.
            if (isRequest && buffer.AsSpan(0, read).StartsWith("GET "u8))
            {
                Requests.Enqueue(Encoding.UTF8.GetString(buffer, 0, buffer.AsSpan(0, read).IndexOf((byte)'\r')));
            }

            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }
}
