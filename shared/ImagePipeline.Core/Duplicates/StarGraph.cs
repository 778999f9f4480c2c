namespace ImagePipeline.Core.Duplicates;

/// <summary>An edge between images by their numbers; one with a number below 0 counts for nothing.</summary>
readonly record struct StarLink(int A, int B, DuplicateKind Kind, float Distance);

/// <summary>The edges of each image, side by side in one array. Images are numbered in keeper order.</summary>
sealed class StarGraph
{
    readonly int[] _starts; // per image: where its edges begin; one entry more
    readonly Neighbour[] _neighbours;

    /// <summary>Builds it; 16 bytes an edge.</summary>
    /// <param name="nodes">Number of images, below 2^30.</param>
    /// <param name="links">Number of edges.</param>
    /// <param name="linkAt">An edge by its number, between images 0 to below <paramref name="nodes"/>. Asked twice for each, since a
    /// collection has more edges than should lie in memory another time.</param>
    public StarGraph(int nodes, int links, Func<int, StarLink> linkAt)
    {
        _starts = new int[nodes + 1];
        for (var i = 0; i < links; i++)
        {
            var (a, b, _, _) = linkAt(i);
            if (a >= 0 && b >= 0)
            {
                _starts[a]++;
                _starts[b]++;
            }
        }

        // Each start is set to the end of its range, and moved back to the beginning as the range is filled.
        var end = 0;
        for (var i = 0; i < _starts.Length; i++)
        {
            end += _starts[i];
            _starts[i] = end;
        }

        _neighbours = new Neighbour[end];
        for (var i = 0; i < links; i++)
        {
            var (a, b, kind, distance) = linkAt(i);
            if (a >= 0 && b >= 0)
            {
                _neighbours[--_starts[a]] = new(kind, b, distance);
                _neighbours[--_starts[b]] = new(kind, a, distance);
            }
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
        var best = default(Neighbour);
        var found = false;
        foreach (ref readonly var neighbour in Of(node))
        {
            if (chosen[neighbour.Node] && (!found || neighbour.IsBefore(best)))
            {
                (best, found) = (neighbour, true);
            }
        }

        (kind, distance) = (best.Kind, best.Distance);
        return found ? best.Node : -1;
    }

    ReadOnlySpan<Neighbour> Of(int node) => _neighbours.AsSpan(_starts[node].._starts[node + 1]);

    /// <summary>The other image of an edge; its kind in the two upper bits of its number, to take 8 bytes in place of 12.</summary>
    readonly struct Neighbour(DuplicateKind kind, int node, float distance)
    {
        const int KindShift = 30;

        readonly uint _kindAndNode = ((uint)kind << KindShift) | (uint)node;

        public float Distance { get; } = distance;

        public DuplicateKind Kind => (DuplicateKind)(_kindAndNode >> KindShift);

        public int Node => (int)(_kindAndNode & ((1u << KindShift) - 1));

        public bool IsBefore(in Neighbour other) => Kind != other.Kind
            ? Kind < other.Kind
            : Distance != other.Distance ? Distance < other.Distance : Node < other.Node;
    }
}
