using System.Net;
using System.Net.Sockets;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

/// <summary>A server that begins a page of a listing and never ends it.</summary>
public sealed class StallingListingTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_that_stalls_is_the_world_s_fault_and_ends()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync(listener);
        using var store = new S3Store(new S3Options
        {
            ServiceUrl = $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}",
            Anonymous = true,
            Retries = 0,
            AnswerTimeout = TimeSpan.FromSeconds(2),
            StallTimeout = TimeSpan.FromMilliseconds(200),
        });

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.ListAsync("s3://bucket/p", null, null, 1000, Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel));
        Assert.True(await serving);
    }

    static async Task<bool> ServeAsync(TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Cancel);
        var stream = client.GetStream();
        var buffer = new byte[1 << 14];
        Assert.NotEqual(0, await stream.ReadAsync(buffer, Cancel));
        await stream.WriteAsync(
            "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 5000\r\n\r\n<?xml version=\"1.0\"?><ListBucketResult>"u8.ToArray(), Cancel);
        // The client hangs up.
        return await stream.ReadAsync(buffer, Cancel) == 0;
    }
}
