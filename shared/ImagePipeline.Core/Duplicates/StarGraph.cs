using ImagePipeline.Core.Collections;

namespace ImagePipeline.Core.Duplicates;

/// <summary>An edge between images by their numbers.</summary>
readonly record struct StarLink(int A, int B, DuplicateKind Kind, float Distance);

/// <summary>The edges of each image, side by side in one array. Images are numbered in keeper order.</summary>
sealed class StarGraph
{
    readonly int[] _starts; // per image: where its edges begin; one entry more
    readonly Neighbour[] _neighbours;

    /// <summary>Builds it; 24 bytes an edge.</summary>
    /// <param name="nodes">Number of images.</param>
    /// <param name="links">Edges between images 0 to below <paramref name="nodes"/>.</param>
    public StarGraph(int nodes, ChunkedList<StarLink> links)
    {
        _starts = new int[nodes + 1];
        for (var i = 0; i < links.Count; i++)
        {
            _starts[links[i].A]++;
            _starts[links[i].B]++;
        }

        // Each start is set to the end of its range, and moved back to the beginning as the range is filled.
        for (var (i, end) = (0, 0); i < _starts.Length; i++)
        {
            end += _starts[i];
            _starts[i] = end;
        }

        _neighbours = new Neighbour[2 * links.Count];
        for (var i = 0; i < links.Count; i++)
        {
            var (a, b, kind, distance) = links[i];
            _neighbours[--_starts[a]] = new(kind, distance, b);
            _neighbours[--_starts[b]] = new(kind, distance, a);
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

    readonly record struct Neighbour(DuplicateKind Kind, float Distance, int Node)
    {
        public bool IsBefore(in Neighbour other) => Kind != other.Kind
            ? Kind < other.Kind
            : Distance != other.Distance ? Distance < other.Distance : Node < other.Node;
    }
}
