namespace ImagePipeline.Core.Duplicates;

/// <summary>Brings the groups of <see cref="StarGroups"/> up to date after edges of some images came or went, by looking at the
/// neighbourhood of these images alone.</summary>
/// <remarks>
/// The representatives of <see cref="StarGroups"/> are the greedy maximal independent set in keeper order. Whether an image is one depends
/// on better keepers among its neighbours alone, so a change only reaches lesser ones: images that may change are looked at best first,
/// each once, and one that changes passes it on to its lesser neighbours. In a random order that is less than one image for each that
/// changed, however dense the graph (Censor-Hillel, Haramaty and Karnin, "Optimal Dynamic Distributed MIS", PODC 2016, theorem 1). The
/// result is that of grouping everything anew, whatever the order in which edges came.
/// <para>With one exception: the representative of more than <see cref="LargestMoved"/> images stays one, and counts as better than all,
/// since a better keeper would move them all.</para>
/// </remarks>
public sealed class StarUpdate
{
    /// <summary>Images in a group that is not taken apart for a better representative.</summary>
    public const int LargestMoved = 4096;

    readonly KeeperRule _rule;
    readonly IGroupedCopies _copies;
    readonly int _largestMoved;
    readonly Dictionary<Guid, Node> _nodes = [];
    readonly PriorityQueue<Node, Node> _queue = new();

    StarUpdate(KeeperRule rule, IGroupedCopies copies, int largestMoved) =>
        (_rule, _copies, _largestMoved) = (rule, copies, largestMoved);

    /// <summary>Works out what changes.</summary>
    /// <param name="images">At least one image of every edge that is new, different or gone; both where it is gone.</param>
    /// <param name="copies">The collection, with the edges as they are now and the groups as they were.</param>
    /// <param name="rule">Which image is the better keeper.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="largestMoved">See <see cref="LargestMoved"/>.</param>
    /// <returns>The images whose place is another than it was, each once.</returns>
    public static async Task<IReadOnlyList<StarMove>> RunAsync(
        IReadOnlyCollection<Guid> images, IGroupedCopies copies, KeeperRule rule, CancellationToken cancel,
        int largestMoved = LargestMoved)
    {
        for (var changed = images; ;)
        {
            var update = new StarUpdate(rule, copies, largestMoved);
            await update.BeginAsync(changed, cancel);
            await update.SettleAsync(cancel);
            await update.JoinAsync(cancel);
            // Representatives that went without a word, such as by a file that became another picture: their members count as changed too.
            Guid[] gone = [.. update._nodes.Values.Where(node => !node.Exists && node.Group == node.Id)
                .Select(node => node.Id).Except(changed)];
            if (gone.Length == 0)
            {
                return [.. update._nodes.Values.Where(node => node.HasMoved).Select(node => node.ToMove())];
            }

            changed = [.. changed, .. gone];
        }
    }

    /// <summary>Looks at the images, and at those whose representative among them is to be in no group any more.</summary>
    async Task BeginAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel)
    {
        await DescribeAsync(images, cancel);
        var gone = images.Where(id => _nodes[id] is { Exists: false } node && node.Group == id).ToArray();
        var orphans = gone.Length > 0 ? await _copies.MembersAsync(gone, cancel) : [];
        await DescribeAsync(orphans, cancel);
        foreach (var node in images.Concat(orphans).Select(id => _nodes[id]))
        {
            node.IsAnnounced = true;
            Enqueue(node);
        }
    }

    /// <summary>Decides who heads a group, best keeper first.</summary>
    async Task SettleAsync(CancellationToken cancel)
    {
        while (_queue.TryPeek(out var node, out _))
        {
            if (!node.HasEdges)
            {
                await LoadAsync([.. _queue.UnorderedItems.Select(item => item.Element)], cancel);
            }

            _queue.Dequeue();
            node.IsSettled = true;
            var wasHead = node.IsHead;
            node.IsHead = node.Exists && !node.Edges.Exists(edge => edge.Other.IsHead && edge.Other.IsBefore(node));
            if (node.IsHead && (node.IsAnnounced || !wasHead))
            {
                node.IsAnnounced = true;
                Enqueue(node.Edges.Where(edge => edge.Other.IsHead && node.IsBefore(edge.Other)));
            }
            else if (!node.IsHead && wasHead)
            {
                Enqueue(node.Edges.Where(edge => !edge.Other.IsHead && node.IsBefore(edge.Other) && !IsHeld(edge.Other)));
            }
        }
    }

    /// <summary>Whether the representative that an image has is a better keeper, so that it heads no group whatever else is gone.</summary>
    bool IsHeld(Node node) => node.Group is { } group && _nodes[group] is { IsHead: true } head && head.IsBefore(node);

    /// <summary>Lets every image whose representative is gone, or may not be the nearest any more, join the nearest.</summary>
    async Task JoinAsync(CancellationToken cancel)
    {
        var left = _nodes.Values.Where(node => node.IsSettled && !node.IsHead && node.Group == node.Id).Select(node => node.Id).ToArray();
        if (left.Length > 0)
        {
            await DescribeAsync(await _copies.MembersAsync(left, cancel), cancel);
        }

        var seeking = _nodes.Values.Where(node => node is { Exists: true, IsHead: false }
            && (node.IsSettled || !_nodes[node.Group!.Value].IsHead)).ToHashSet();
        await LoadAsync([.. seeking], cancel);
        foreach (var node in seeking)
        {
            node.Joined = null;
            node.Edges.ForEach(edge => Offer(node, edge));
        }

        foreach (var head in _nodes.Values.Where(node => node is { IsHead: true, IsAnnounced: true }).ToArray())
        {
            foreach (var edge in head.Edges.Where(edge => !edge.Other.IsHead && !seeking.Contains(edge.Other)))
            {
                Offer(edge.Other, edge with { Other = head });
            }
        }
    }

    /// <summary>Joins the image at the other end of an edge if that heads a group and is nearer than what the image has, or is what it has.</summary>
    static void Offer(Node node, Edge edge)
    {
        if (edge.Other.IsHead && (node.Joined is not { } joined || joined.Other == edge.Other || edge.IsBefore(joined)))
        {
            node.Joined = edge;
        }
    }

    async Task LoadAsync(IReadOnlyCollection<Node> nodes, CancellationToken cancel)
    {
        var missing = nodes.Where(node => !node.HasEdges).ToDictionary(node => node.Id);
        if (missing.Count == 0)
        {
            return;
        }

        var edges = await _copies.EdgesAsync(missing.Keys, cancel);
        await DescribeAsync([.. edges.SelectMany(edge => new[] { edge.A, edge.B })], cancel);
        foreach (var edge in edges)
        {
            AddEdge(missing, edge.A, edge.B, edge);
            AddEdge(missing, edge.B, edge.A, edge);
        }

        foreach (var node in missing.Values)
        {
            node.HasEdges = true;
        }
    }

    void AddEdge(Dictionary<Guid, Node> nodes, Guid from, Guid to, StarEdge edge)
    {
        if (nodes.TryGetValue(from, out var node) && node.Exists && _nodes[to] is { Exists: true } other)
        {
            node.Edges.Add(new(other, edge.Kind, edge.Distance));
        }
    }

    /// <summary>Makes images known, and the representatives that they have now.</summary>
    async Task DescribeAsync(IReadOnlyCollection<Guid> images, CancellationToken cancel)
    {
        var added = new List<Node>();
        for (var unknown = Unknown(images); unknown.Length > 0;)
        {
            var states = await _copies.StatesAsync(unknown, cancel);
            foreach (var state in states)
            {
                _nodes.Add(state.Id, new Node(state, _rule, _largestMoved));
                added.Add(_nodes[state.Id]);
            }

            unknown = Unknown(states.Where(state => state.Group is not null).Select(state => state.Group!.Value));
        }

        foreach (var node in added.Where(node => node.Group is { } group && group != node.Id))
        {
            node.Joined = new(_nodes[node.Group!.Value], node.State.Kind, node.State.Distance);
        }
    }

    Guid[] Unknown(IEnumerable<Guid> images) => [.. images.Where(id => !_nodes.ContainsKey(id)).Distinct()];

    void Enqueue(IEnumerable<Edge> edges)
    {
        foreach (var edge in edges)
        {
            Enqueue(edge.Other);
        }
    }

    void Enqueue(Node node)
    {
        if (!node.IsQueued)
        {
            node.IsQueued = true;
            _queue.Enqueue(node, node);
        }
    }

    /// <summary>An edge as one of its images sees it.</summary>
    readonly record struct Edge(Node Other, DuplicateKind Kind, float Distance)
    {
        public bool IsBefore(Edge other) => Kind != other.Kind ? Kind < other.Kind
            : Distance != other.Distance ? Distance < other.Distance
            : Other.IsBefore(other.Other);
    }

    sealed class Node : IComparable<Node>
    {
        readonly KeeperRank _rank;
        readonly bool _stays;

        public Node(StarState state, KeeperRule rule, int largestMoved)
        {
            State = state;
            Exists = state.Facts is not null;
            IsHead = Exists && (state.Group is null || state.Group == state.Id);
            _rank = state.Facts is { } facts ? rule.Rank(facts) : default;
            _stays = IsHead && state.GroupSize > largestMoved;
        }

        public StarState State { get; }

        public Guid Id => State.Id;

        /// <summary>The representative that it had.</summary>
        public Guid? Group => State.Group;

        public bool Exists { get; }

        public List<Edge> Edges { get; } = [];

        public bool HasEdges { get; set; }

        public bool IsHead { get; set; }

        /// <summary>Its neighbours are to be told of it.</summary>
        public bool IsAnnounced { get; set; }

        public bool IsQueued { get; set; }

        public bool IsSettled { get; set; }

        /// <summary>The edge to its representative.</summary>
        public Edge? Joined { get; set; }

        public bool HasMoved => ToMove() is var move && (move.Group, move.Kind, Joined?.Distance ?? 0) != Before();

        public StarMove ToMove() =>
            Exists && !IsHead && Joined is { } joined ? new(Id, joined.Other.Id, joined.Kind) : new(Id, null, default);

        public bool IsBefore(Node other) => CompareTo(other) < 0;

        public int CompareTo(Node? other)
        {
            if (_stays != other!._stays)
            {
                return _stays ? -1 : 1;
            }

            if (Exists != other.Exists)
            {
                return Exists ? -1 : 1;
            }

            var order = Exists ? _rank.CompareTo(other._rank, out _) : 0;
            return order != 0 ? order : Id.CompareTo(other.Id);
        }

        (Guid? Group, DuplicateKind Kind, float Distance) Before() =>
            Group is { } group && group != Id ? (group, State.Kind, State.Distance) : (null, default, 0);
    }
}
