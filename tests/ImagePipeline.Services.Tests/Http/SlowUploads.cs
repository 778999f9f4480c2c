using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using static ImagePipeline.Services.Tests.Http.UploadBodies;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Clients that begin an upload and do not go on.</summary>
public sealed class SlowUploads
{
    [Fact]
    public async Task While_they_hold_every_place_others_are_asked_to_come_again()
    {
        await using var service = await IngestProcess.StartAsync(("Upload__MaxUploads", "1"), ("Upload__MaxWaiting", "0"));
        await service.ReadyAsync();

        // A client that sends nothing is cut off after seconds, so it is begun anew until the place was seen taken.
        JsonElement answer = default;
        await service.UntilAsync(async () =>
        {
            using var slow = await BeginAsync(service);
            (var status, answer) = await service.UploadAsync(Body(Jpeg(1)), key: null);
            return status == HttpStatusCode.TooManyRequests;
        });

        Assert.Contains("Upload:MaxUploads", answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
        // The place is free again once the slow one has gone.
        await service.UntilAsync(async () => (await service.UploadAsync(Body(Jpeg(1)), key: null)).Status == HttpStatusCode.OK);
        Assert.Equal("1", await service.RowAsync("SELECT count(*) FROM image"));
        Assert.Empty(Directory.GetFiles(service.Folder, "*.upload"));
    }

    [Fact]
    public async Task They_are_cut_off_at_the_time_limit()
    {
        await using var service = await IngestProcess.StartAsync(("Upload__Timeout", "00:00:01"));
        await service.ReadyAsync();

        using var slow = await BeginAsync(service);
        using var reader = new StreamReader(slow.GetStream());
        var status = await reader.ReadLineAsync(TestContext.Current.CancellationToken);

        Assert.Equal("HTTP/1.1 503 Service Unavailable", status);
        Assert.Equal("0", await service.RowAsync("SELECT count(*) FROM image_source"));
        Assert.Empty(Directory.GetFiles(service.Folder, "*.upload"));
    }

    /// <summary>Sends the head of an upload and a piece of its body.</summary>
    static async Task<TcpClient> BeginAsync(IngestProcess service)
    {
        var url = new Uri(service.Url);
        var client = new TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/images HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Type: image/jpeg\r\nContent-Length: 100000\r\n\r\nbegun"));
        return client;
    }
}
