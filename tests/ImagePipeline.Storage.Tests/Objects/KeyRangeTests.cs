using System.Text;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Storage.Tests.Objects;

/// <summary>Key ranges over listings of many shapes, held in memory: the planner asks hundreds of times.</summary>
public sealed class KeyRangeTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Shapes => [.. Listings.Keys];

    static Dictionary<string, Func<IEnumerable<string>>> Listings { get; } = new()
    {
        ["flat numbers"] = () => Enumerable.Range(0, 20_000).Select(at => $"img-{at:d7}.jpg"),
        ["hexadecimal"] = () => Enumerable.Range(0, 20_000).Select(at => $"{Mixed(at):x8}.jpg"),
        ["long shared prefix"] = () => Enumerable.Range(0, 20_000).Select(at => $"{new string('p', 300)}/photos/2024/{at:d6}.jpg"),
        ["folders by date"] = () => Enumerable.Range(0, 20_000).Select(at => $"{2015 + (at % 9)}/{1 + (at % 12):d2}/DSC_{at:d5}.JPG"),
        ["nearly all in one folder"] = () => Enumerable.Range(0, 20_000).Select(at => at < 10 ? $"{(char)('a' + at)}/1.jpg" : $"m/x/{at:d6}.png"),
        ["nine in ten in one folder"] = () => Enumerable.Range(0, 20_000).Select(at => at % 10 == 0
            ? $"k/{2015 + (at / 10 % 10)}/{1 + (at / 100 % 12):d2}/DSC_{at:d6}.JPG" : $"k/photos/img-{at:d7}.jpg"),
        ["two distant clusters"] = () => Enumerable.Range(0, 20_000).Select(at => $"{(at % 2 == 0 ? "AAAA/0000000" : "zzzz/9999999")}{at:d6}"),
        ["not ASCII"] = () => Enumerable.Range(0, 20_000).Select(at => $"写真/{(char)(0x4E00 + (at % 5000))}/\U0001F4F7{at}"),
        ["of very different lengths"] = () => Enumerable.Range(1, 600).Select(at => new string('a', at)),
        ["one"] = () => ["only.jpg"],
        ["none"] = () => [],
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Ranges_join_to_the_whole_listing(string shape)
    {
        var store = new ListingOnly(Listings[shape]());

        var ranges = await new KeyRangePlanner(store).PlanAsync("", 16, Cancel);

        Assert.InRange(ranges.Count, 1, 16);
        Assert.Null(ranges[0].After);
        Assert.Null(ranges[^1].UpTo);
        Assert.All(ranges.Zip(ranges.Skip(1)), pair => Assert.Equal(pair.First.UpTo, pair.Second.After));
        Assert.All(ranges.Where(range => range is { After: not null, UpTo: not null }), range =>
            Assert.True(KeyOrder.Compare(range.After, range.UpTo) < 0));
        Assert.All(store.Keys, key => Assert.Single(ranges, range => range.Contains(key)));
    }

    [Theory]
    [InlineData("flat numbers", 4)]
    [InlineData("hexadecimal", 4)]
    [InlineData("long shared prefix", 4)]
    [InlineData("folders by date", 4)]
    [InlineData("two distant clusters", 4)]
    [InlineData("nine in ten in one folder", 4)]
    public async Task No_range_is_far_larger_than_the_others(string shape, int times)
    {
        var store = new ListingOnly(Listings[shape]());

        var ranges = await new KeyRangePlanner(store).PlanAsync("", 16, Cancel);

        var most = ranges.Max(range => store.Keys.Count(range.Contains));
        Assert.True(ranges.Count >= 12, $"{ranges.Count} ranges");
        Assert.True(most <= times * store.Keys.Length / 16, $"one range has {most} of {store.Keys.Length} keys");
        Assert.True(store.Asked < 300, $"{store.Asked} requests");
    }

    /// <summary>As a worker parts its range after every page, and another each half.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task The_rest_of_a_range_is_parted_strictly_between_what_is_listed_and_its_end(string shape)
    {
        const int Page = 100;
        var store = new ListingOnly(Listings[shape]());
        var ranges = new Stack<KeyRange>(await new KeyRangePlanner(store).PlanAsync("", 4, Cancel));
        var (listed, most) = (new List<string>(), 0);

        while (ranges.TryPop(out var range))
        {
            var here = 0;
            while (true)
            {
                var page = store.Keys.Where(range.Contains).Take(Page).ToArray();
                listed.AddRange(page);
                here += page.Length;
                if (page.Length < Page)
                {
                    break;
                }

                range = range with { After = page[^1] };
                if (range.UpTo is { } end && KeyMidpoint.OfRest(page[0], page[^1], end, page.Length, 3 * Page) is { } middle)
                {
                    Assert.True(KeyOrder.Compare(page[^1], middle) < 0 && KeyOrder.Compare(middle, end) < 0);
                    ranges.Push(range with { After = middle });
                    range = range with { UpTo = middle };
                }
            }

            most = Math.Max(most, here);
        }

        Assert.Equal(store.Keys, listed.Order(KeyOrder.Instance));
        Assert.True(most <= Math.Max(600, store.Keys.Length / 3), $"one worker listed {most} of {store.Keys.Length}");
    }

    [Fact]
    public void A_midpoint_lies_strictly_between()
    {
        var random = new Random(3);
        for (var round = 0; round < 50_000; round++)
        {
            var (low, high) = (RandomKey(random), RandomKey(random));
            if (KeyOrder.Compare(low, high) is 0 || low == high)
            {
                continue;
            }

            (low, high) = KeyOrder.Compare(low, high) < 0 ? (low, high) : (high, low);
            var middle = KeyMidpoint.Between(low, high);

            if (middle is null)
            {
                // Only what follows at once has nothing in between, NUL and what begins with it aside.
                Assert.StartsWith(low, high, StringComparison.Ordinal);
                Assert.True(high[low.Length] <= '\u0001');
            }
            else
            {
                Assert.True(KeyOrder.Compare(low, middle) < 0, $"{Words(low)} < {Words(middle)}");
                Assert.True(KeyOrder.Compare(middle, high) < 0, $"{Words(middle)} < {Words(high)}");
                Assert.Equal(middle, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(middle)));
            }
        }
    }

    [Fact]
    public void The_order_of_keys_is_that_of_their_bytes()
    {
        var random = new Random(4);
        for (var round = 0; round < 50_000; round++)
        {
            var (x, y) = (RandomKey(random), RandomKey(random));

            Assert.Equal(
                Math.Sign(Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y))),
                Math.Sign(KeyOrder.Compare(x, y)));
        }
    }

    static uint Mixed(int number)
    {
        var mixed = (uint)number * 0x9E3779B9u;
        return (mixed ^ (mixed >> 15)) * 0x85EBCA6Bu;
    }

    /// <summary>Short keys of few characters, so that prefixes and neighbours are common.</summary>
    static string RandomKey(Random random) => string.Concat(Enumerable.Range(0, random.Next(0, 5)).Select(_ =>
        new[] { "a", "b", "c", "0", "~", " ", "\u0001", "\u007F", "é", "\uD7FF", "\uE000", "\uFFFF", "\U00010000", "\U0010FFFF" }[random.Next(14)]));

    static string Words(string key) => string.Join(' ', key.EnumerateRunes().Select(rune => $"{rune.Value:x}"));

    /// <summary>A listing in memory, which others may overtake as over a network.</summary>
    sealed class ListingOnly(IEnumerable<string> keys) : KeyListing("memory", "", keys)
    {
        public int Asked;

        protected override Task AnswerAsync(int limit, CancellationToken cancel)
        {
            Interlocked.Increment(ref Asked);
            // A page costs a server more than a look.
            return Task.Delay(limit > 1 ? 5 : 1, cancel);
        }
    }
}
