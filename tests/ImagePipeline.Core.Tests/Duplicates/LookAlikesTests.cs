using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class LookAlikesTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 40, 60)]
    [InlineData(3, 200, 150)]
    [InlineData(4, 300, 3000)]
    [InlineData(5, 20_000, 60_000)]
    public void Look_alikes_are_grouped_as_stars(int seed, int count, int pairCount)
    {
        var random = new Random(seed);
        var ids = Enumerable.Range(0, count).Select(_ => One(random)).ToArray();
        var facts = ids.ToDictionary(
            id => id, id => new KeeperFacts($"{id.GetHashCode() % 9}", random.Next(1, 9), 10, "jpeg", random.Next(3)));
        var pairs = Enumerable.Range(0, pairCount).Select(_ =>
        {
            var a = random.Next(count);
            return new StarEdge(ids[a], ids[(a + random.Next(1, count)) % count], DuplicateKind.Similar, random.Next(6));
        }).ToArray();
        // Of some images nothing is known, since they have no file any more.
        var known = facts.Where(image => image.Key.GetHashCode() % 10 != 0).ToDictionary();

        var images = new LookAlikes(KeeperRule.Default);
        Array.ForEach(pairs, pair => images.Add(pair.A, pair.B, pair.Distance));
        for (var first = 0; first < images.ImageCount; first += 7)
        {
            Array.ForEach(
                [.. images.Images(first, 7).Where(known.ContainsKey)], id => images.Describe(id, known[id]));
        }

        var expected = StarGroups.Build(
            [.. known.Select(image => new StarNode(image.Key, image.Value))],
            [.. pairs.Where(pair => known.ContainsKey(pair.A) && known.ContainsKey(pair.B))], KeeperRule.Default).Groups;
        Assert.Equal(
            expected.SelectMany(group => group.Members
                    .Select(member => new GroupedImage(member.Id, group.Representative, group.Members.Count + 1, member.Distance))
                    .Prepend(new GroupedImage(group.Representative, group.Representative, group.Members.Count + 1, 0)))
                .OrderBy(image => image.ImageId),
            images.Group());
    }

    [Fact]
    public void An_image_in_no_pair_is_refused() => Assert.Throws<ArgumentException>(() =>
        new LookAlikes(KeeperRule.Default).Describe(Guid.Empty, new KeeperFacts("a", 1, 1, "jpeg", 1)));

    static Guid One(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return new Guid(bytes);
    }
}
