using System.Buffers;
using System.Security.Cryptography;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class CachedObjectsTests : IAsyncDisposable
{
    const string Uri = "far://bucket/a.jpg";

    static readonly byte[] Picture = "the bytes of a picture"u8.ToArray();

    static readonly Guid Id = ImageIdentity.FromSha256(SHA256.HashData(Picture));

    readonly TemporaryFolder _folder = new();
    readonly FarAway _far = new();
    readonly List<MachineCache> _opened = [];

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_opened.Select(cache => cache.Cleared));
        await _folder.DisposeAsync();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_object_is_fetched_once_for_all_services_of_a_machine()
    {
        var (one, other) = (Service(), Service());

        for (var i = 0; i < 2; i++)
        {
            using var first = await one.ReadAsync(Id, Uri, null, 1_000, Cancel);
            using var second = await other.ReadAsync(Id, Uri, null, 1_000, Cancel);
            Assert.Equal((byte[])[.. Picture, .. Picture], (byte[])[.. first!.Span, .. second!.Span]);
        }

        Assert.Equal(1, _far.Reads);
    }

    [Fact]
    public async Task What_is_offered_is_not_fetched_at_all()
    {

        Service().Offer(Id, Uri, Picture);

        using var read = await Service().ReadAsync(Id, Uri, "its etag", 1_000, Cancel);
        Assert.Equal(0, _far.Reads);
        Assert.Equal(Picture, read!.Span.ToArray());
    }

    [Fact]
    public async Task An_upload_is_not_fetched_either()
    {
        var spool = Path.Combine(_folder.Path, "spooled");
        await File.WriteAllBytesAsync(spool, Picture, Cancel);

        await Service().OfferFileAsync(Id, Uri, spool, Cancel);

        using var read = await Service().ReadAsync(Id, Uri, null, 1_000, Cancel);
        Assert.Equal(0, _far.Reads);
        Assert.Equal(Picture, read!.Span.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    public async Task Bytes_that_are_not_the_image_are_fetched_again(int length)
    {
        Service().Offer(Id, Uri, Picture);
        var entry = Entries().Single();
        await File.WriteAllBytesAsync(entry, new byte[length], Cancel);

        using var read = await Service().ReadAsync(Id, Uri, null, 1_000, Cancel);

        Assert.Equal(1, _far.Reads);
        Assert.Equal(Picture, read!.Span.ToArray());
        Assert.Equal(Picture, await File.ReadAllBytesAsync(entry, Cancel));
    }

    [Fact]
    public async Task The_limit_on_bytes_holds_for_what_is_in_the_cache()
    {
        Service().Offer(Id, Uri, Picture);

        Assert.Null(await Service().ReadAsync(Id, Uri, null, Picture.Length - 1, Cancel));
    }

    [Fact]
    public async Task Files_of_this_machine_are_not_kept_twice()
    {
        var file = Path.Combine(_folder.Path, "a.jpg");
        await File.WriteAllBytesAsync(file, Picture, Cancel);

        Service().Offer(Id, FolderObjects.UriOf(file), Picture);
        using var read = await Service().ReadAsync(Id, FolderObjects.UriOf(file), null, 1_000, Cancel);

        Assert.Equal(Picture, read!.Span.ToArray());
        Assert.Empty(Entries());
    }

    [Fact]
    public async Task Inputs_come_back_as_they_were_left_or_not_at_all()
    {
        var cache = Cache();
        var inputs = new CachedInputs(cache);
        inputs.Put("small", Id, Picture);
        inputs.Want("large");

        using var whole = inputs.Read("small", Id, Picture.Length);
        Assert.Equal(Picture, whole!.Span[..Picture.Length].ToArray());
        Assert.Equal(["large", "small"], inputs.Wanted().Order());
        Assert.Null(inputs.Read("large", Id, Picture.Length));
        Assert.Null(inputs.Read("small", Id, Picture.Length - 1));

        inputs.Put("small", Id, Picture);
        var entry = Entries().Single();
        var spoilt = await File.ReadAllBytesAsync(entry, Cancel);
        spoilt[3] ^= 1;
        await File.WriteAllBytesAsync(entry, spoilt, Cancel);
        Assert.Null(inputs.Read("small", Id, Picture.Length));
    }

    /// <summary>One service of the machine.</summary>
    CachedObjects Service() => new(new ObjectStores([_far, new FolderStore()]), Cache());

    MachineCache Cache()
    {
        var cache = new MachineCache(Path.Combine(_folder.Path, "cache"), 1 << 20, TimeProvider.System);
        _opened.Add(cache);
        return cache;
    }

    string[] Entries() => [.. Directory.EnumerateFiles(Path.Combine(_folder.Path, "cache"), "*", SearchOption.AllDirectories)
        .Where(path => Path.GetExtension(path) != ".lock")];

    /// <summary>A store that counts what is read from it.</summary>
    sealed class FarAway : IObjectStore
    {
        public int Reads { get; private set; }

        public string Scheme => "far";

        public Task<ObjectBytes?> ReadAsync(string uri, string? etag, long maxBytes, CancellationToken cancel)
        {
            Reads++;
            var buffer = ArrayPool<byte>.Shared.Rent(Picture.Length);
            Picture.CopyTo(buffer, 0);
            return Task.FromResult(Picture.Length > maxBytes ? null : new ObjectBytes(buffer, Picture.Length));
        }

        public Task<FoundObject?> FindAsync(string uri, CancellationToken cancel) => throw new NotSupportedException();

        public Task<ObjectPage> ListAsync(string root, string? after, string? upTo, int limit, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<bool> PutIfAbsentAsync(string uri, ReadOnlyMemory<byte> bytes, string contentType, CancellationToken cancel) =>
            throw new NotSupportedException();

        public Task<bool> PutFileIfAbsentAsync(string uri, string path, string contentType, CancellationToken cancel) =>
            throw new NotSupportedException();

    }
}
