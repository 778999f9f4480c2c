using System.Text;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

/// <summary>What every store promises; run on each.</summary>
public abstract class ObjectStoreContract
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The store under test.</summary>
    protected abstract IObjectStore Store { get; }

    /// <summary>An empty place of this test's own, ending in no slash.</summary>
    protected abstract string Root { get; }

    /// <summary>What a listing of <see cref="Root"/> puts before a key that was stored below it.</summary>
    protected abstract string KeyPrefix { get; }

    [Fact]
    public async Task An_object_reads_as_it_was_stored()
    {
        await PutAsync("a.jpg", "hello");

        using var bytes = await Store.ReadAsync(At("a.jpg"), etag: null, 100, Cancel);

        Assert.Equal("hello", Encoding.UTF8.GetString(bytes!.Span));
    }

    [Fact]
    public async Task An_empty_object_reads_as_no_bytes()
    {
        await PutAsync("empty", "");

        using var bytes = await Store.ReadAsync(At("empty"), etag: null, 100, Cancel);

        Assert.Equal(0, bytes!.Span.Length);
    }

    [Fact]
    public async Task A_large_object_reads_whole()
    {
        var content = new byte[9_000_001];
        new Random(7).NextBytes(content);
        Assert.True(await Store.PutIfAbsentAsync(At("large"), content, "image/jpeg", Cancel));

        using var bytes = await Store.ReadAsync(At("large"), etag: null, content.Length, Cancel);

        Assert.True(bytes!.Span.SequenceEqual(content));
    }

    [Fact]
    public async Task An_object_above_the_limit_is_not_read()
    {
        await PutAsync("six", "123456");

        Assert.Null(await Store.ReadAsync(At("six"), etag: null, 5, Cancel));
        using var bytes = await Store.ReadAsync(At("six"), etag: null, 6, Cancel);
        Assert.Equal(6, bytes!.Span.Length);
    }

    [Fact]
    public async Task An_object_with_another_etag_has_changed()
    {
        await PutAsync("a", "first");
        var etag = (await Store.FindAsync(At("a"), Cancel))!.Etag;

        using var same = await Store.ReadAsync(At("a"), etag, 100, Cancel);
        var fault = await Assert.ThrowsAsync<ObjectChangedException>(() => Store.ReadAsync(At("a"), "other", 100, Cancel));

        Assert.Equal(5, same!.Span.Length);
        Assert.Equal(FailureReason.Changed, FailureReason.Of(fault));
    }

    [Fact]
    public async Task An_object_that_is_gone_has_vanished()
    {
        var fault = await Assert.ThrowsAnyAsync<IOException>(() => Store.ReadAsync(At("nothing"), "etag", 100, Cancel));

        Assert.Equal(FailureReason.Vanished, FailureReason.Of(fault));
        Assert.Null(await Store.FindAsync(At("nothing"), Cancel));
    }

    [Theory]
    [InlineData("with space.jpg")]
    [InlineData("100%.jpg")]
    [InlineData("100%25.jpg")]
    [InlineData("a+b#c?d=e&f.jpg")]
    [InlineData("ünï/cödé/写真.jpg")]
    [InlineData("camera-\U0001F4F7.jpg")]
    [InlineData("quote\"and'and`tick.jpg")]
    [InlineData("<xml>&amp;.jpg")]
    [InlineData("back\\slash:colon*star.jpg")]
    [InlineData("line\nbreak\ttab.jpg")]
    [InlineData("bell\u0007.jpg")]
    public async Task A_key_is_taken_as_it_is(string key)
    {
        await PutAsync(key, key);

        var listed = Assert.Single((await Store.ListAsync(Root, null, null, 10, Cancel)).Objects);
        using var bytes = await Store.ReadAsync(listed.Uri, listed.Etag, 100, Cancel);

        Assert.Equal(At(key), listed.Uri);
        Assert.Equal(KeyPrefix + key, listed.Key);
        Assert.Equal(key, Encoding.UTF8.GetString(bytes!.Span));
    }

    [Fact]
    public async Task A_listing_shows_what_is_known_of_an_object()
    {
        await PutAsync("a.jpg", "hello");

        var listed = Assert.Single((await Store.ListAsync(Root, null, null, 10, Cancel)).Objects);

        Assert.Equal(5, listed.Bytes);
        Assert.InRange(listed.ModifiedAt!.Value, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        var found = await Store.FindAsync(At("a.jpg"), Cancel);
        Assert.Equal((listed.Uri, listed.Etag, listed.Bytes), (found!.Uri, found.Etag, found.Bytes));
    }

    [Fact]
    public async Task A_listing_is_in_the_order_of_utf8()
    {
        string[] keys =
        [
            "Z.jpg", "a", "a-/1", "a-b", "a.jpg", "a/1", "a/2/x", "a/2.jpg", "a0", "b/\uFFFD", "b/\U0001F4F7", "ä", "z/z/z/z",
        ];
        foreach (var key in keys.Where(key => key != "a"))
        {
            await PutAsync(key, "1");
        }

        var listed = await ListAsync(1000);

        var expected = keys.Where(key => key != "a").OrderBy(Encoding.UTF8.GetBytes, ByteOrder).Select(key => KeyPrefix + key);
        Assert.Equal(expected, listed);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Pages_of_any_length_join_to_the_whole_listing(int limit)
    {
        string[] keys = ["a/1", "a/2", "b", "c/d/e", "c/d/f", "c/g", "h"];
        foreach (var key in keys)
        {
            await PutAsync(key, "1");
        }

        Assert.Equal(keys.Select(key => KeyPrefix + key), await ListAsync(limit));
    }

    [Fact]
    public async Task A_listing_begins_after_one_key_and_ends_with_another()
    {
        foreach (var key in new[] { "a/1", "a/2", "a/3", "b/1", "b/2" })
        {
            await PutAsync(key, "1");
        }

        Assert.Equal(["a/2", "a/3", "b/1"], await BetweenAsync("a/1", "b/1"));
        Assert.Equal(["b/1", "b/2"], await BetweenAsync("a/30", null));
        Assert.Equal(["a/1"], await BetweenAsync(null, "a/1"));
        Assert.Equal(["a/3"], await BetweenAsync("a/25", "a0"));
        Assert.Empty(await BetweenAsync("b/2", null));
        Assert.Empty(await BetweenAsync("a/1", "a/1x"));
    }

    [Fact]
    public async Task A_page_that_ends_with_the_last_wanted_key_is_the_last()
    {
        await PutAsync("a", "1");
        await PutAsync("b", "1");

        Assert.Null((await Store.ListAsync(Root, null, KeyPrefix + "a", 1, Cancel)).Next);
        Assert.Null((await Store.ListAsync(Root, null, null, 2, Cancel)).Next);
    }

    [Fact]
    public async Task A_listing_goes_on_for_who_was_not_there_at_its_beginning()
    {
        foreach (var number in Enumerable.Range(0, 20))
        {
            await PutAsync($"deep/{number / 5}/{number:d2}", "1");
        }

        var first = await Store.ListAsync(Root, null, null, 7, Cancel);
        var again = await Store.ListAsync(Root, first.Next, null, 5, Cancel);
        var twice = await Store.ListAsync(Root, first.Next, null, 5, Cancel);

        Assert.Equal(Enumerable.Range(7, 5).Select(number => $"{KeyPrefix}deep/{number / 5}/{number:d2}"), again.Objects.Select(one => one.Key));
        Assert.Equal(again.Objects, twice.Objects);
    }

    [Fact]
    public async Task A_second_put_changes_nothing()
    {
        await PutAsync("a", "first");

        Assert.False(await Store.PutIfAbsentAsync(At("a"), "second"u8.ToArray(), "text/plain", Cancel));
        using var bytes = await Store.ReadAsync(At("a"), null, 100, Cancel);
        Assert.Equal("first", Encoding.UTF8.GetString(bytes!.Span));
    }

    [Fact]
    public async Task Of_sixteen_concurrent_puts_exactly_one_wins()
    {
        for (var round = 0; round < 8; round++)
        {
            var key = At($"race/{round}");
            var won = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(() =>
                Store.PutIfAbsentAsync(key, Encoding.UTF8.GetBytes($"{writer:d2}"), "text/plain", Cancel))));

            using var bytes = await Store.ReadAsync(key, null, 100, Cancel);
            Assert.Equal($"{Array.IndexOf(won, true):d2}", Encoding.UTF8.GetString(bytes!.Span));
            Assert.Single(won, one => one);
        }

        Assert.Equal(8, (await ListAsync(1000)).Count);
    }

    [Fact]
    public async Task A_file_is_stored_once()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "of a file", Cancel);

            Assert.True(await Store.PutFileIfAbsentAsync(At("f"), path, "text/plain", Cancel));
            Assert.False(await Store.PutFileIfAbsentAsync(At("f"), path, "text/plain", Cancel));
            using var bytes = await Store.ReadAsync(At("f"), null, 100, Cancel);
            Assert.Equal("of a file", Encoding.UTF8.GetString(bytes!.Span));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_cancelled_caller_is_told_so()
    {
        await PutAsync("a", "1");
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync(At("a"), null, 100, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ListAsync(Root, null, null, 10, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync(At("b"), "1"u8.ToArray(), "x/y", cancelled));
        Assert.Null(await Store.FindAsync(At("b"), Cancel));
    }

    /// <summary>The address of a key below <see cref="Root"/>.</summary>
    protected string At(string key) => $"{Root}/{key}";

    protected async Task PutAsync(string key, string content) =>
        Assert.True(await Store.PutIfAbsentAsync(At(key), Encoding.UTF8.GetBytes(content), "text/plain", Cancel));

    protected async Task<List<string>> ListAsync(int limit)
    {
        var keys = new List<string>();
        string? after = null;
        do
        {
            var page = await Store.ListAsync(Root, after, null, limit, Cancel);
            Assert.True(page.Objects.Count <= limit);
            keys.AddRange(page.Objects.Select(one => one.Key));
            after = page.Next;
        }
        while (after is not null);
        return keys;
    }

    static Comparer<byte[]> ByteOrder { get; } = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));

    async Task<IEnumerable<string>> BetweenAsync(string? after, string? upTo)
    {
        var page = await Store.ListAsync(
            Root, after is null ? null : KeyPrefix + after, upTo is null ? null : KeyPrefix + upTo, 1000, Cancel);
        Assert.Null(page.Next);
        return page.Objects.Select(one => one.Key[KeyPrefix.Length..]);
    }
}
