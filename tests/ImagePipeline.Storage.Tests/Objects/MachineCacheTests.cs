using System.Security.Cryptography;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

public sealed class MachineCacheTests : IAsyncDisposable
{
    const string Kind = "some-kind";

    readonly TemporaryFolder _folder = new();
    readonly List<MachineCache> _opened = [];

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_opened.Select(cache => cache.Cleared));
        await _folder.DisposeAsync();
    }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_one_leaves_another_finds_until_it_is_removed()
    {
        var (one, other) = (Open(), Open());

        one.Put(Kind, Sample.Id(1), "pic"u8, "ture"u8);

        Assert.Equal("picture"u8.ToArray(), Find(other, 1));
        Assert.Null(Find(other, 2));
        await one.Cleared;
        Directory.Delete(Root(), recursive: true);
        Assert.Null(Find(one, 1));
        one.Put(Kind, Sample.Id(1), "again"u8);
        Assert.Equal("again"u8.ToArray(), Find(other, 1));
    }

    [Fact]
    public async Task Entries_are_for_nobody_else_to_read()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions");
            return;
        }

        var nested = Path.Combine(_folder.Path, "new");

        Open(path: nested).Put(Kind, Sample.Id(1), "picture"u8);

        await _opened[0].Cleared;

        var entries = Directory.EnumerateFileSystemEntries(nested, "*", SearchOption.AllDirectories).Prepend(nested).ToArray();
        Assert.Equal(6, entries.Length);
        foreach (var path in entries)
        {
            Assert.Equal(
                UnixFileMode.None,
                File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public void A_folder_that_others_may_write_to_is_refused()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions");
            return;
        }

        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_111_101);

        var refused = Assert.Throws<IOException>(() => Open());

        Assert.Contains(_folder.Path, refused.Message, StringComparison.Ordinal);
        Assert.Contains("chmod 700", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_as_it_was_put_is_removed_and_can_be_put_again()
    {
        var cache = Open();
        cache.Put(Kind, Sample.Id(1), "spoilt"u8);

        Assert.Null(cache.Read(Kind, Sample.Id(1), bytes => !bytes.SequenceEqual("spoilt"u8)));

        Assert.Empty(Entries());
        cache.Put(Kind, Sample.Id(1), "whole"u8);
        Assert.Equal("whole"u8.ToArray(), Find(cache, 1));
    }

    [Fact]
    public async Task Of_many_writers_and_readers_none_sees_half_an_entry()
    {
        var caches = new[] { Open(300_000), Open(300_000) };
        var content = Enumerable.Range(0, 20).Select(number => RandomNumberGenerator.GetBytes(20_000 + number)).ToArray();
        var wrong = 0;
        var found = 0;

        await Parallel.ForAsync(0, 2_000, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, (at, _) =>
        {
            var number = at * 7 % content.Length;
            caches[at % 2].Put(Kind, Sample.Id(number), content[number]);
            using var read = caches[(at + 1) % 2].Read(Kind, Sample.Id(number), bytes =>
            {
                Interlocked.Add(ref wrong, bytes.SequenceEqual(content[number]) ? 0 : 1);
                return true;
            });
            Interlocked.Add(ref found, read is null ? 0 : 1);
            return ValueTask.CompletedTask;
        });

        Assert.Equal(0, wrong);
        Assert.True(found > 100, $"only {found} were found");
    }

    [Fact]
    public async Task Above_its_bound_the_oldest_go_and_what_a_killed_writer_left()
    {
        var cache = Open(long.MaxValue);
        for (var number = 0; number < 10; number++)
        {
            cache.Put(Kind, Sample.Id(number), new byte[1_000]);
            Age(Sample.Id(number), TimeSpan.FromHours(10 - number));
        }

        var partial = Path.Combine(Root(), Kind, "half." + Guid.NewGuid().ToString("n"));
        await File.WriteAllTextAsync(partial, "half", Cancel);
        File.SetLastWriteTimeUtc(partial, Sample.Then.UtcDateTime);

        new CacheSweep(Root(), 8_000, TimeProvider.System).Run();

        Assert.Equal(7, Entries().Length);
        Assert.Equal([3, 4, 5, 6, 7, 8, 9], Enumerable.Range(0, 10).Where(number => Find(cache, number) is not null));
    }

    [Fact]
    public void Within_its_bound_everything_stays()
    {
        var cache = Open();
        cache.Put(Kind, Sample.Id(1), new byte[1_000]);
        Age(Sample.Id(1), TimeSpan.FromDays(300));

        new CacheSweep(Root(), 1_000, TimeProvider.System).Run();

        Assert.NotNull(Find(cache, 1));
    }

    [Fact]
    public async Task A_writer_clears_away_by_itself()
    {
        var cache = Open(100_000);

        for (var number = 0; number < 100; number++)
        {
            cache.Put(Kind, Sample.Id(number), new byte[10_000]);
            Age(Sample.Id(number), TimeSpan.FromMinutes(400 - number));
            await cache.Cleared;
        }

        Assert.InRange(Entries().Length, 5, 11);
        Assert.NotNull(Find(cache, 99));
        Assert.Null(Find(cache, 0));
    }

    [Fact]
    public async Task A_folder_that_takes_nothing_costs_the_cache_and_nothing_else()
    {
        var cache = Open();
        Directory.Delete(Root(), recursive: true);
        await File.WriteAllTextAsync(Root(), "a file in the place of the folder", Cancel);

        cache.Put(Kind, Sample.Id(1), "picture"u8);
        cache.Want(Kind);

        Assert.Null(Find(cache, 1));
        Assert.Empty(cache.Wanted("some"));
    }

    [Fact]
    public void Large_entries_are_not_kept()
    {
        var cache = Open(100 << 20);

        cache.Put(Kind, Sample.Id(1), new byte[MachineCache.MaxEntryBytes], "1"u8);
        cache.Put(Kind, Sample.Id(2), new byte[MachineCache.MaxEntryBytes]);

        Assert.Null(Find(cache, 1));
        Assert.NotNull(Find(cache, 2));
    }

    [Fact]
    public void What_is_wanted_is_wanted_for_an_hour()
    {
        var clock = new SetClock { Now = TimeProvider.System.GetUtcNow() };
        var cache = Open(time: clock);

        cache.Want("input-a");
        cache.Want("other-b");

        Assert.Equal(["input-a"], cache.Wanted("input-"));
        clock.Now += TimeSpan.FromMinutes(61);
        Assert.Empty(cache.Wanted("input-"));
        cache.Want("input-a");
        Assert.Equal(["input-a"], cache.Wanted("input-"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("A")]
    public void A_kind_cannot_lead_out_of_the_folder(string kind)
    {

        Assert.Throws<ArgumentException>(() => Open().Put(kind, Sample.Id(1), "picture"u8));
    }

    MachineCache Open(long maxBytes = 1 << 20, string? path = null, TimeProvider? time = null)
    {
        var cache = new MachineCache(path ?? _folder.Path, maxBytes, time ?? TimeProvider.System);
        _opened.Add(cache);
        return cache;
    }

    string Root() => Path.Combine(_folder.Path, "v1");

    string PathOf(Guid id) => Path.Combine(Root(), Kind, $"{id:n}"[..2], $"{id:n}");

    void Age(Guid id, TimeSpan age)
    {
        File.SetLastWriteTimeUtc(PathOf(id), (TimeProvider.System.GetUtcNow() - age).UtcDateTime);
    }

    string[] Entries() =>
        [.. Directory.EnumerateFiles(Path.Combine(Root(), Kind), "*", SearchOption.AllDirectories)];

    static byte[]? Find(MachineCache cache, int number)
    {
        using var found = cache.Read(Kind, Sample.Id(number), _ => true);
        return found?.Span.ToArray();
    }

    sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
