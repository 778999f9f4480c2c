using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Core.Tests.Duplicates;

public sealed class StarUpdateTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 40, 1.5)]
    [InlineData(2, 60, 4)]
    [InlineData(3, 60, 20)]
    [InlineData(4, 200, 2)]
    [InlineData(5, 200, 30)]
    [InlineData(6, 30, 29)]
    public async Task Images_that_come_in_any_order_end_up_grouped_as_all_at_once(int seed, int images, double neighbours)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var (nodes, edges) = Graph(random, images, neighbours);
            var expected = StarGroups.Build(nodes, edges, KeeperRule.Default);

            foreach (var batch in new[] { 1, 7, images })
            {
                var collection = new Collection();
                foreach (var arriving in Shuffled(nodes, random).Chunk(batch))
                {
                    await collection.ArriveAsync(arriving, edges);
                }

                Assert.Equal(Text(expected), collection.Text());
            }
        }
    }

    [Theory]
    [InlineData(7, 3)]
    [InlineData(8, 12)]
    public async Task Edges_that_go_or_change_leave_what_grouping_all_at_once_makes(int seed, double neighbours)
    {
        var random = new Random(seed);
        for (var round = 0; round < 20; round++)
        {
            var (nodes, edges) = Graph(random, 60, neighbours);
            var collection = new Collection();
            await collection.ArriveAsync(nodes, edges);
            for (var change = 0; change < 30 && edges.Length > 0; change++)
            {
                var at = random.Next(edges.Length);
                var edge = edges[at];
                var isGone = random.Next(3) == 0;
                edges = isGone
                    ? [.. edges[..at], .. edges[(at + 1)..]]
                    : [.. edges[..at], edge with { Distance = random.Next(5), Kind = Kind(random) }, .. edges[(at + 1)..]];
                await collection.UpdateAsync([edge.A, edge.B], edges);

                Assert.Equal(Text(StarGroups.Build(nodes, edges, KeeperRule.Default)), collection.Text());
            }
        }
    }

    [Fact]
    public async Task The_members_of_an_image_that_is_gone_are_grouped_anew()
    {
        // 1 heads 2 and 3, which are copies of each other too.
        var collection = new Collection();
        StarEdge[] edges = [Edge(1, 2), Edge(1, 3), Edge(2, 3)];
        await collection.ArriveAsync([Node(1, 30), Node(2, 20), Node(3, 10)], edges);

        collection.Forget(Id(1));
        await collection.UpdateAsync([Id(1)], edges);

        Assert.Equal($"{Id(2)}: {Id(3)} EditedCopy 5", collection.Text());
    }

    [Fact]
    public async Task What_arrives_near_the_members_of_an_image_that_went_unnoticed_is_grouped_with_all_of_them()
    {
        // 1 heads 2, 3 and 4; 5 is a copy of 3 and not so good. 2 and 3 are copies of each other, and so are 2 and 4.
        var collection = new Collection();
        StarEdge[] edges = [Edge(1, 2), Edge(1, 3), Edge(1, 4), Edge(2, 3), Edge(2, 4), Edge(3, 5)];
        await collection.ArriveAsync([Node(1, 50), Node(2, 40), Node(3, 30), Node(4, 20)], edges);

        collection.Forget(Id(1));
        await collection.ArriveAsync([Node(5, 10)], edges);

        var left = edges.Where(edge => edge.A != Id(1)).ToArray();
        Assert.Equal(
            Text(StarGroups.Build([Node(2, 40), Node(3, 30), Node(4, 20), Node(5, 10)], left, KeeperRule.Default)), collection.Text());
    }

    [Fact]
    public async Task A_large_group_is_joined_by_a_better_keeper_and_not_taken_apart()
    {
        var collection = new Collection();
        var (first, better) = (Node(1, 50), Node(99, 60));
        StarNode[] others = [.. Enumerable.Range(2, 10).Select(id => Node(id, 10))];
        StarEdge[] edges = [.. others.Select(other => new StarEdge(Id(1), other.Id, DuplicateKind.EditedCopy, 5)), Edge(1, 99)];
        await collection.ArriveAsync([first, .. others], edges);

        await collection.ArriveAsync([better], edges, largestMoved: 10);

        Assert.StartsWith($"{Id(1)}: ", collection.Text(), StringComparison.Ordinal);
        Assert.Contains($"{Id(99)} EditedCopy 5", collection.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_neighbourhood_of_what_arrives_is_read()
    {
        // A chain, in which every other image heads a group of two.
        const int Images = 2000;
        StarNode[] nodes = [.. Enumerable.Range(1, Images).Select(id => Node(id, Images - id))];
        StarEdge[] edges = [.. Enumerable.Range(1, Images - 1).Select(id => Edge(id, id + 1))];
        var collection = new Collection();
        await collection.ArriveAsync(nodes[..^1], edges);
        collection.Read = 0;

        await collection.ArriveAsync([nodes[^1]], edges);

        Assert.InRange(collection.Read, 1, 4);
    }

    static (StarNode[] Nodes, StarEdge[] Edges) Graph(Random random, int images, double neighbours)
    {
        StarNode[] nodes = [.. Enumerable.Range(1, images).Select(id => Node(id, random.Next(1, 8)))];
        var pairs = Enumerable.Range(1, images).SelectMany(a => Enumerable.Range(a + 1, images - a).Select(b => (a, b)));
        return (nodes, [.. pairs.Where(_ => random.NextDouble() < neighbours / images)
            .Select(pair => new StarEdge(Id(pair.a), Id(pair.b), Kind(random), random.Next(5)))]);
    }

    static DuplicateKind Kind(Random random) => random.Next(4) == 0 ? DuplicateKind.SamePixels : DuplicateKind.EditedCopy;

    static StarNode[] Shuffled(StarNode[] nodes, Random random)
    {
        var shuffled = nodes.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    /// <summary>An image as good as it is wide; of equal ones the first is better.</summary>
    static StarNode Node(int id, int widthPx) => new(Id(id), new KeeperFacts($"{id:d6}", widthPx, 10, "jpeg", 1));

    static StarEdge Edge(int a, int b) => new(Id(a), Id(b), DuplicateKind.EditedCopy, 5);

    static Guid Id(int number) => new(number, 0, 0, new byte[8]);

    static string Text(StarGrouping grouping) => string.Join('\n', grouping.Groups
        .OrderBy(group => group.Representative)
        .Select(group => Line(group.Representative, group.Members.Select(member => (member.Id, member.Kind, member.Distance)))));

    static string Line(Guid head, IEnumerable<(Guid Id, DuplicateKind Kind, float Distance)> members) =>
        $"{head}: {string.Join(", ", members.OrderBy(member => member.Id).Select(member => $"{member.Id} {member.Kind} {member.Distance}"))}";

    /// <summary>A collection in memory, grouped by nothing but updates.</summary>
    sealed class Collection : IGroupedCopies
    {
        readonly Dictionary<Guid, KeeperFacts> _images = [];
        readonly Dictionary<Guid, (Guid Group, DuplicateKind Kind, float Distance)> _members = [];
        StarEdge[] _edges = [];

        /// <summary>Images whose edges were read.</summary>
        public int Read { get; set; }

        public Task ArriveAsync(StarNode[] nodes, StarEdge[] edges, int largestMoved = StarUpdate.LargestMoved)
        {
            foreach (var node in nodes)
            {
                _images.Add(node.Id, node.Facts);
            }

            return UpdateAsync([.. nodes.Select(node => node.Id)], edges, largestMoved);
        }

        public void Forget(Guid id) => _images.Remove(id);

        public async Task UpdateAsync(Guid[] ids, StarEdge[] edges, int largestMoved = StarUpdate.LargestMoved)
        {
            _edges = [.. edges.Where(edge => _images.ContainsKey(edge.A) && _images.ContainsKey(edge.B))];
            var moves = await StarUpdate.RunAsync(ids, this, KeeperRule.Default, Cancel, largestMoved);
            Assert.Equal(moves.Count, moves.Select(move => move.Id).Distinct().Count());
            foreach (var move in moves)
            {
                _members.Remove(move.Id);
                if (move.Group is { } group)
                {
                    var edge = _edges.Single(edge => (edge.A, edge.B) == (group, move.Id) || (edge.B, edge.A) == (group, move.Id));
                    Assert.Equal(edge.Kind, move.Kind);
                    _members.Add(move.Id, (group, edge.Kind, edge.Distance));
                }
            }
        }

        public Task<IReadOnlyList<StarEdge>> EdgesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel)
        {
            Read += images.Count;
            return Task.FromResult<IReadOnlyList<StarEdge>>(
                [.. _edges.Where(edge => images.Contains(edge.A) || images.Contains(edge.B))]);
        }

        public Task<IReadOnlyList<StarState>> StatesAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<StarState>>([.. images.Select(id => _members.TryGetValue(id, out var member)
                ? new StarState(id, Facts(id), member.Group, Size(member.Group), member.Kind, member.Distance)
                : new StarState(id, Facts(id), Size(id) > 1 ? id : null, Size(id), default, 0))]);

        public Task<IReadOnlyList<Guid>> MembersAsync(IReadOnlyCollection<Guid> representatives, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<Guid>>(
                [.. _members.Where(member => representatives.Contains(member.Value.Group)).Select(member => member.Key)]);

        public string Text() => string.Join('\n', _members.GroupBy(member => member.Value.Group).OrderBy(group => group.Key)
            .Select(group => Line(group.Key, group.Select(member => (member.Key, member.Value.Kind, member.Value.Distance)))));

        KeeperFacts? Facts(Guid id) => _images.TryGetValue(id, out var facts) ? facts : null;

        int Size(Guid group) => _members.Count(member => member.Value.Group == group) + 1;
    }
}
