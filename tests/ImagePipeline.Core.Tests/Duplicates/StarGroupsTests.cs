using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class StarGroupsTests
{
    [Fact]
    public void A_chain_is_cut_at_the_best_image()
    {
        // 1 - 2 - 3 - 4, the first the best: 3 has no edge to 1, so it heads a group of its own.
        var grouping = StarGroups.Build(Nodes(1, 2, 3, 4), [Edge(1, 2, 5), Edge(2, 3, 6), Edge(3, 4, 7)],
            KeeperRule.Default);

        Assert.Equal(2, grouping.Groups.Count);
        Assert.Equal(Id(1), grouping.Groups[0].Representative);
        Assert.Equal([new(Id(2), DuplicateKind.EditedCopy, 5)], grouping.Groups[0].Members);
        Assert.Equal(Id(3), grouping.Groups[1].Representative);
        Assert.Equal([new(Id(4), DuplicateKind.EditedCopy, 7)], grouping.Groups[1].Members);
        Assert.Empty(grouping.Alone);
    }

    [Fact]
    public void A_stronger_kind_is_nearer_than_any_distance()
    {
        var grouping = StarGroups.Build(Nodes(1, 2, 3),
            [Edge(1, 3, 0), new(Id(3), Id(2), DuplicateKind.SamePixels, 9)], KeeperRule.Default);

        Assert.Equal([new(Id(3), DuplicateKind.SamePixels, 9)], Assert.Single(grouping.Groups).Members);
        Assert.Equal([new(Id(1), AloneReason.CopiesNearerElsewhere)], grouping.Alone);
    }

    [Fact]
    public void Members_come_nearest_first_and_an_image_without_copies_is_alone()
    {
        var grouping = StarGroups.Build(Nodes(1, 2, 3, 4, 5), [Edge(1, 2, 9), Edge(1, 3, 4), Edge(4, 1, 4)],
            KeeperRule.Default);

        Assert.Equal([Id(3), Id(4), Id(2)], Assert.Single(grouping.Groups).Members.Select(member => member.Id));
        Assert.Equal([new(Id(5), AloneReason.NoCopies)], grouping.Alone);
    }

    [Fact]
    public void Of_several_edges_of_a_pair_the_nearest_counts()
    {
        var grouping = StarGroups.Build(Nodes(1, 2),
            [Edge(1, 2, 9), Edge(2, 1, 3), new(Id(1), Id(2), DuplicateKind.SamePixels, 8)], KeeperRule.Default);

        Assert.Equal([new(Id(2), DuplicateKind.SamePixels, 8)], Assert.Single(grouping.Groups).Members);
    }

    [Fact]
    public void Equal_keepers_are_told_apart_by_id()
    {
        var facts = new KeeperFacts("same", 10, 10, "jpeg", 1);
        StarNode[] nodes = [new(Id(7), facts), new(Id(2), facts), new(Id(5), facts)];

        var grouping = StarGroups.Build(nodes, [Edge(7, 2, 1), Edge(5, 2, 1), Edge(5, 7, 1)], KeeperRule.Default);

        Assert.Equal(Id(2), Assert.Single(grouping.Groups).Representative);
        Assert.Equal([Id(5), Id(7)], grouping.Groups[0].Members.Select(member => member.Id));
    }

    [Theory]
    [InlineData(1, 40, 60)]
    [InlineData(2, 200, 150)]
    [InlineData(3, 200, 2000)]
    [InlineData(4, 1, 0)]
    public void Random_graphs_become_stars_that_account_for_every_image(int seed, int count, int edgeCount)
    {
        var (nodes, edges) = RandomGraph(seed, count, edgeCount);

        var grouping = StarGroups.Build(nodes, edges, KeeperRule.Default);

        var nearest = edges.SelectMany(edge => new[] { edge, edge with { A = edge.B, B = edge.A } })
            .GroupBy(edge => (edge.A, edge.B))
            .ToDictionary(pair => pair.Key, pair => pair.Min(edge => (edge.Kind, edge.Distance)));
        var heads = grouping.Groups.Select(group => group.Representative)
            .Concat(grouping.Alone.Select(image => image.Id)).ToHashSet();
        var members = grouping.Groups.SelectMany(group => group.Members).Select(member => member.Id).ToList();

        Assert.Equal(nodes.Select(node => node.Id).Order(), heads.Concat(members).Order());
        Assert.DoesNotContain(nearest.Keys, pair => heads.Contains(pair.A) && heads.Contains(pair.B));
        foreach (var group in grouping.Groups)
        {
            Assert.NotEmpty(group.Members);
            Assert.All(group.Members, member => Assert.Equal((member.Kind, member.Distance),
                heads.Where(head => nearest.ContainsKey((member.Id, head))).Min(head => nearest[(member.Id, head)])));
            Assert.All(group.Members, member =>
                Assert.Equal(nearest[(member.Id, group.Representative)], (member.Kind, member.Distance)));
        }

        Assert.All(grouping.Alone, image => Assert.Equal(
            nearest.Keys.Any(pair => pair.A == image.Id) ? AloneReason.CopiesNearerElsewhere : AloneReason.NoCopies,
            image.Reason));
    }

    [Fact]
    public void Order_of_the_input_does_not_matter()
    {
        var (nodes, edges) = RandomGraph(5, 300, 900);
        var expected = Text(StarGroups.Build(nodes, edges, KeeperRule.Default));
        var random = new Random(6);
        for (var round = 0; round < 10; round++)
        {
            random.Shuffle(nodes);
            random.Shuffle(edges);
            for (var i = 0; i < edges.Length; i += 2)
            {
                edges[i] = edges[i] with { A = edges[i].B, B = edges[i].A };
            }

            Assert.Equal(expected, Text(StarGroups.Build(nodes, edges, KeeperRule.Default)));
        }
    }

    [Fact]
    public void A_hundred_thousand_images_and_a_million_edges_are_grouped()
    {
        var (nodes, edges) = RandomGraph(7, 100_000, 1_000_000);

        var grouping = StarGroups.Build(nodes, edges, KeeperRule.Default);

        Assert.Equal(nodes.Length, grouping.Alone.Count + grouping.Groups.Sum(group => 1 + group.Members.Count));
    }

    [Fact]
    public void Edges_and_images_that_cannot_be_are_refused()
    {
        Assert.Throws<ArgumentException>(() => StarGroups.Build(Nodes(1, 1), [], KeeperRule.Default));
        Assert.Throws<ArgumentException>(() => StarGroups.Build(Nodes(1), [Edge(1, 2, 0)], KeeperRule.Default));
        Assert.Throws<ArgumentException>(() => StarGroups.Build(Nodes(1), [Edge(1, 1, 0)], KeeperRule.Default));
    }

    static (StarNode[] Nodes, StarEdge[] Edges) RandomGraph(int seed, int count, int edgeCount)
    {
        var random = new Random(seed);
        var nodes = Enumerable.Range(0, count)
            .Select(i => new StarNode(Id(i), new($"{i}", random.Next(1, 9), 10, "jpeg", random.Next(3)))).ToArray();
        var edges = Enumerable.Range(0, edgeCount).Select(_ =>
        {
            var a = random.Next(count);
            var b = (a + random.Next(1, count)) % count;
            return new StarEdge(Id(a), Id(b), (DuplicateKind)random.Next(1, 3), random.Next(6));
        }).ToArray();
        return (nodes, edges);
    }

    static string Text(StarGrouping grouping) => string.Join('\n', grouping.Groups
        .Select(group => $"{group.Representative}: {string.Join(", ", group.Members)}")
        .Concat(grouping.Alone.Select(image => $"{image}")));

    /// <summary>Images named by number, the first the largest.</summary>
    static StarNode[] Nodes(params int[] numbers) =>
        [.. numbers.Select(n => new StarNode(Id(n), new($"{n}.jpg", 100 - n, 100, "jpeg", 1000)))];

    static StarEdge Edge(int a, int b, float distance) => new(Id(a), Id(b), DuplicateKind.EditedCopy, distance);

    static Guid Id(int number) => new(number, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
