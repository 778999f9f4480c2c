using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Duplicates;

/// <summary>Groups copies as stars: every member has an edge of its own to the representative.</summary>
/// <remarks>
/// Chains (A like B, B like C, so A with C) put strangers together, and the larger the collection the farther they
/// reach. So: going through the images best first, one becomes a representative unless it has an edge to an earlier
/// representative; then every other image joins the nearest of the representatives it has an edge to: the strongest
/// kind, then the smallest distance, then the better keeper. Two representatives never share an edge.
/// <para>A representative whose copies all went elsewhere stays alone, with that reason. An image that is nearer to a
/// lesser representative than to a better one joins the lesser: so ask <see cref="KeeperRule.Choose"/> which of a group
/// to keep; nearly always, not always, it is the representative.</para>
/// <para>Equal keepers are told apart by id, so the result does not depend on the order of the input. Costs sorting the
/// images and one pass over the edges.</para>
/// </remarks>
public static class StarGroups
{
    /// <summary>Groups a collection.</summary>
    /// <param name="nodes">All images, each id once.</param>
    /// <param name="edges">Copies among them; a pair may come several times, the nearest counts. Give only kinds
    /// that are to be grouped together: <see cref="DuplicateKind.Similar"/> is not a copy.</param>
    /// <param name="rule">Which image is the better keeper.</param>
    /// <exception cref="ArgumentException">An id comes twice, or an edge names an image that is not there or joins
    /// an image with itself.</exception>
    public static StarGrouping Build(ReadOnlySpan<StarNode> nodes, ReadOnlySpan<StarEdge> edges, KeeperRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var ids = InKeeperOrder(nodes, rule);
        var links = Links(ids, edges);
        var graph = new StarGraph(ids.Length, links.Length, at => links[at]);
        var isRepresentative = Representatives(graph, ids.Length);
        var members = new List<StarMember>?[ids.Length];
        for (var node = 0; node < ids.Length; node++)
        {
            if (!isRepresentative[node])
            {
                var parent = graph.Nearest(node, isRepresentative, out var kind, out var distance);
                (members[parent] ??= []).Add(new(ids[node], kind, distance));
            }
        }

        return Collect(ids, isRepresentative, members, graph);
    }

    /// <summary>Which images head a group, or none.</summary>
    internal static bool[] Representatives(StarGraph graph, int nodes)
    {
        var isRepresentative = new bool[nodes];
        for (var node = 0; node < nodes; node++)
        {
            isRepresentative[node] = !graph.HasNeighbour(node, isRepresentative);
        }

        return isRepresentative;
    }

    /// <summary>The edges by the positions of their images.</summary>
    static StarLink[] Links(Guid[] ids, ReadOnlySpan<StarEdge> edges)
    {
        var numbers = new IdNumbers();
        foreach (var id in ids)
        {
            if (!numbers.Add(id, out _))
            {
                throw new ArgumentException($"Image {id} comes twice.", nameof(ids));
            }
        }

        var links = new StarLink[edges.Length];
        for (var at = 0; at < links.Length; at++)
        {
            var edge = edges[at];
            links[at] = edge.A == edge.B
                ? throw new ArgumentException($"An edge joins image {edge.A} with itself.", nameof(edges))
                : new(Number(numbers, edge.A), Number(numbers, edge.B), edge.Kind, edge.Distance);
        }

        return links;
    }

    static int Number(IdNumbers numbers, Guid id) => numbers.Find(id) is var number and >= 0
        ? number
        : throw new ArgumentException($"An edge names image {id}, which is not among the nodes.", nameof(id));

    static StarGrouping Collect(Guid[] ids, bool[] isRepresentative, List<StarMember>?[] members, StarGraph graph)
    {
        var groups = new List<StarGroup>();
        var alone = new List<AloneImage>();
        for (var node = 0; node < ids.Length; node++)
        {
            if (members[node] is { } own)
            {
                // They came in keeper order, and the sort is stable.
                groups.Add(new(ids[node], [.. own.OrderBy(member => member.Kind).ThenBy(member => member.Distance)]));
            }
            else if (isRepresentative[node])
            {
                alone.Add(new(ids[node],
                    graph.Degree(node) == 0 ? AloneReason.NoCopies : AloneReason.CopiesNearerElsewhere));
            }
        }

        return new(groups, alone);
    }

    static Guid[] InKeeperOrder(ReadOnlySpan<StarNode> nodes, KeeperRule rule)
    {
        var ranked = new (KeeperRank Rank, Guid Id)[nodes.Length];
        for (var i = 0; i < nodes.Length; i++)
        {
            ranked[i] = (rule.Rank(nodes[i].Facts), nodes[i].Id);
        }

        Array.Sort(ranked, static (a, b) =>
        {
            var order = a.Rank.CompareTo(b.Rank, out _);
            return order != 0 ? order : a.Id.CompareTo(b.Id);
        });
        return Array.ConvertAll(ranked, static image => image.Id);
    }
}
