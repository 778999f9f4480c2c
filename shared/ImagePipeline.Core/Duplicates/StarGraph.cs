namespace ImagePipeline.Core.Duplicates;

/// <summary>The edges of each image, side by side in one array. Images are numbered in keeper order.</summary>
sealed class StarGraph
{
    readonly int[] _starts; // per image: where its edges begin; one entry more
    readonly Neighbour[] _neighbours;

    /// <summary>Builds it from edges between ids; 32 bytes an edge.</summary>
    /// <exception cref="ArgumentException">An id comes twice, or an edge cannot be.</exception>
    public StarGraph(Guid[] ids, ReadOnlySpan<StarEdge> edges)
    {
        var numbers = new Dictionary<Guid, int>(ids.Length);
        for (var i = 0; i < ids.Length; i++)
        {
            if (!numbers.TryAdd(ids[i], i))
            {
                throw new ArgumentException($"Image {ids[i]} comes twice.", nameof(ids));
            }
        }

        var ends = new (int A, int B)[edges.Length];
        _starts = new int[ids.Length + 1];
        for (var i = 0; i < edges.Length; i++)
        {
            ends[i] = (Number(numbers, edges[i].A), Number(numbers, edges[i].B));
            if (ends[i].A == ends[i].B)
            {
                throw new ArgumentException($"An edge joins image {edges[i].A} with itself.", nameof(edges));
            }

            _starts[ends[i].A]++;
            _starts[ends[i].B]++;
        }

        // Each start is set to the end of its range, and moved back to the beginning as the range is filled.
        for (var (i, end) = (0, 0); i < _starts.Length; i++)
        {
            end += _starts[i];
            _starts[i] = end;
        }

        _neighbours = new Neighbour[2 * edges.Length];
        for (var i = 0; i < edges.Length; i++)
        {
            var (a, b) = ends[i];
            _neighbours[--_starts[a]] = new(edges[i].Kind, edges[i].Distance, b);
            _neighbours[--_starts[b]] = new(edges[i].Kind, edges[i].Distance, a);
        }
    }

    /// <summary>Number of edges of an image.</summary>
    public int Degree(int node) => _starts[node + 1] - _starts[node];

    /// <summary>Whether an image has an edge to a chosen one.</summary>
    public bool HasNeighbour(int node, bool[] chosen)
    {
        foreach (ref readonly var neighbour in Of(node))
        {
            if (chosen[neighbour.Node])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The nearest chosen image, or -1; of equally near ones the better keeper.</summary>
    public int Nearest(int node, bool[] chosen, out DuplicateKind kind, out float distance)
    {
        var best = new Neighbour(default, 0, -1);
        foreach (ref readonly var neighbour in Of(node))
        {
            if (chosen[neighbour.Node] && (best.Node < 0 || neighbour.IsBefore(best)))
            {
                best = neighbour;
            }
        }

        (kind, distance) = (best.Kind, best.Distance);
        return best.Node;
    }

    ReadOnlySpan<Neighbour> Of(int node) => _neighbours.AsSpan(_starts[node].._starts[node + 1]);

    static int Number(Dictionary<Guid, int> numbers, Guid id) => numbers.TryGetValue(id, out var number)
        ? number
        : throw new ArgumentException($"An edge names image {id}, which is not among the nodes.", nameof(id));

    readonly record struct Neighbour(DuplicateKind Kind, float Distance, int Node)
    {
        public bool IsBefore(in Neighbour other) => Kind != other.Kind
            ? Kind < other.Kind
            : Distance != other.Distance ? Distance < other.Distance : Node < other.Node;
    }
}
