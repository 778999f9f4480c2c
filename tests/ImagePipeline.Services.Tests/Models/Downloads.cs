using System.Security.Cryptography;
using ImagePipeline.Cli.Catalogue;

namespace ImagePipeline.Services.Tests.Models;

/// <summary>Fetching a file from a real server that cuts, ignores, refuses and lies.</summary>
public sealed class Downloads : IAsyncLifetime
{
    static readonly byte[] Content = Bytes(seed: 1);

    readonly string _folder = Directory.CreateTempSubdirectory("downloads-").FullName;
    FileServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await FileServer.StartAsync(Content);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    string Destination => Path.Combine(_folder, "sub", "model.onnx");

    [Theory]
    [InlineData("model.onnx", true)]
    [InlineData("model.onnx", false)]
    [InlineData("moved", true)]
    public async Task A_file_arrives_whole_with_its_progress(string path, bool tellsLength)
    {
        _server.Manners = new() { TellsLength = tellsLength };
        var progress = new List<(long Bytes, long? All)>();

        var digest = await FetchAsync(path, onProgress: (bytes, all) => progress.Add((bytes, all)));

        Assert.Equal(Digest(Content), digest);
        Assert.Equal(Content, File.ReadAllBytes(Destination));
        Assert.Equal((Content.Length, tellsLength ? Content.Length : null), progress[^1]);
        Assert.Equal([Destination], Directory.GetFiles(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public async Task A_cut_connection_is_taken_up_where_it_ended()
    {
        _server.Manners = new() { CutAfter = [100_000, 50_000] };

        await FetchAsync();

        Assert.Equal(Content, File.ReadAllBytes(Destination));
        var ranges = _server.Ranges.ToArray();
        Assert.Equal(3, ranges.Length);
        Assert.Equal(["-", "bytes=100000-", "bytes=150000-"], ranges);
    }

    [Fact]
    public async Task What_a_stopped_process_left_is_gone_on_with_and_a_cancelled_one_leaves_it()
    {
        _server.Manners = new() { CutAfter = [100_000] };
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FetchAsync(
            onProgress: (bytes, _) => { if (bytes >= 100_000) { stop.Cancel(); } }, cancel: stop.Token));
        var left = new FileInfo(Destination + ".part").Length;

        await FetchAsync();

        Assert.Equal(100_000, left);
        Assert.Equal(["-", "bytes=100000-"], _server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Destination));
    }

    [Fact]
    public async Task A_part_that_is_already_whole_is_not_fetched_again()
    {
        Leave(Content, "\"one\"");

        await FetchAsync();

        Assert.Equal([$"bytes={Content.Length}-"], _server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Destination));
    }

    [Theory]
    [InlineData(false, "\"one\"")]
    [InlineData(true, "\"two\"")]
    [InlineData(true, "W/\"one\"")]
    [InlineData(true, null)]
    public async Task A_server_that_gives_no_parts_or_another_version_by_now_is_read_from_the_beginning(bool honoursRange, string? tag)
    {
        Leave(Bytes(seed: 2)[..200_000], "\"one\"");
        _server.Manners = new() { HonoursRange = honoursRange, Tag = tag };

        await FetchAsync();

        Assert.Equal(Content, File.ReadAllBytes(Destination));
    }

    [Fact]
    public async Task A_part_from_another_address_is_not_gone_on_with()
    {
        Leave(Bytes(seed: 2)[..200_000], "\"one\"", "moved");

        await FetchAsync();

        Assert.Equal(["-"], _server.Ranges);
        Assert.Equal(Content, File.ReadAllBytes(Destination));
    }

    [Fact]
    public async Task A_wrong_digest_deletes_what_came_and_says_what_to_do()
    {
        var fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync(sha256: new string('0', 64)));

        Assert.Contains(Digest(Content), fault.Message, StringComparison.Ordinal);
        Assert.Contains("--url", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Destination)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_is_too_large_is_not_taken(bool tellsLength)
    {
        _server.Manners = new() { TellsLength = tellsLength };
        var seen = 0L;

        var fault = await Assert.ThrowsAsync<DownloadException>(
            () => FetchAsync(mostBytes: 300_000, onProgress: (bytes, _) => seen = bytes));

        Assert.InRange(seen, 0, tellsLength ? 0 : 300_000);
        Assert.Contains("--max-bytes", fault.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(Destination)!));
    }

    [Fact]
    public async Task What_is_not_there_is_said_at_once()
    {
        var fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync("nothing.onnx"));

        Assert.Contains("404", fault.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Destination));
    }

    [Fact]
    public async Task A_redirect_to_plain_http_elsewhere_is_not_followed()
    {
        var fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync("astray"));

        Assert.Contains("http://example.com/model.onnx", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_always_cuts_before_the_first_byte_is_given_up_and_what_came_before_is_kept()
    {
        Leave(Content[..200_000], "\"one\"");
        _server.Manners = new() { CutAfter = [0, 0, 0, 0] };

        var fault = await Assert.ThrowsAsync<DownloadException>(() => FetchAsync());

        Assert.Contains("run the same command again", fault.Message, StringComparison.Ordinal);
        Assert.Equal(200_000, new FileInfo(Destination + ".part").Length);
        Assert.Equal(3, _server.Ranges.Count);
    }

    [Theory]
    [InlineData("https://example.com/a", true)]
    [InlineData("http://127.0.0.1:80/a", true)]
    [InlineData("http://[::1]/a", true)]
    [InlineData("http://localhost/a", true)]
    [InlineData("http://example.com/a", false)]
    [InlineData("http://127.0.0.1.example.com/a", false)]
    [InlineData("ftp://127.0.0.1/a", false)]
    [InlineData("file:///etc/passwd", false)]
    public void Addresses_are_https_or_on_this_machine(string address, bool isSafe) =>
        Assert.Equal(isSafe, DownloadRequest.IsSafe(new Uri(address)));

    async Task<string> FetchAsync(
        string path = "model.onnx", string? sha256 = null, long mostBytes = 1_000_000, Action<long, long?>? onProgress = null,
        CancellationToken cancel = default)
    {
        using var download = new ModelDownload();
        return await download.FetchAsync(
            new DownloadRequest(_server.At(path), Destination, sha256 ?? Digest(Content), mostBytes), onProgress ?? ((_, _) => { }), cancel);
    }

    /// <summary>What an earlier attempt left.</summary>
    void Leave(byte[] bytes, string tag, string path = "model.onnx")
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        File.WriteAllBytes(Destination + ".part", bytes);
        File.WriteAllLines(Destination + ".part.tag", [_server.At(path).AbsoluteUri, tag]);
    }

    static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    static byte[] Bytes(int seed)
    {
        var bytes = new byte[500_000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
