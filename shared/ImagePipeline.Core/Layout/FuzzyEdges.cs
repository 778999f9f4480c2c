using ImagePipeline.Core.Clustering;

namespace ImagePipeline.Core.Layout;

/// <summary>How strongly neighbours hold together, in both directions: the fuzzy simplicial set of UMAP.</summary>
/// <remarks>
/// McInnes, Healy and Melville, arXiv 1802.03426, section 3.1: a neighbour at distance d has strength exp(-(d - nearest) / scale), where the scale of a vector makes the
/// strengths of its neighbours add up to log2 of their number; strengths a and b of the two directions become a + b - a b.
/// </remarks>
static class FuzzyEdges
{
    /// <summary>Makes edges, each once in both directions.</summary>
    /// <returns>Rows of both ends and the strength, above 0 to 1; ascending by the first row, then the second.</returns>
    public static List<(int From, int To, float Strength)> Of(NeighbourGraph graph)
    {
        var strengths = new Dictionary<(int From, int To), float>(graph.Nearest.Length);
        for (var row = 0; row < graph.Rows; row++)
        {
            var distances = graph.DistancesOf(row);
            var (nearest, scale) = Scale(distances);
            for (var i = 0; i < distances.Length; i++)
            {
                var beyond = distances[i] - nearest;
                strengths[(row, graph.Of(row)[i])] = beyond <= 0 ? 1 : (float)Math.Exp(-beyond / scale);
            }
        }

        var edges = new List<(int From, int To, float Strength)>(2 * strengths.Count);
        foreach (var ((from, to), there) in strengths)
        {
            var isMutual = strengths.TryGetValue((to, from), out var back);
            var strength = there + back - there * back;
            if (strength > 0)
            {
                edges.Add((from, to, strength));
                if (!isMutual)
                {
                    edges.Add((to, from, strength));
                }
            }
        }

        edges.Sort(static (a, b) => (a.From, a.To).CompareTo((b.From, b.To)));
        return edges;
    }

    static (double Nearest, double Scale) Scale(ReadOnlySpan<float> distances)
    {
        const int rounds = 64;
        const double least = 1e-3; // of the mean distance: no scale is smaller
        double nearest = 0, mean = 0;
        foreach (var distance in distances)
        {
            nearest = nearest == 0 ? distance : nearest;
            mean += distance / distances.Length;
        }

        var wanted = Math.Log2(distances.Length);
        var (low, high, scale) = (0.0, double.PositiveInfinity, Math.Max(mean, 1e-12));
        for (var round = 0; round < rounds; round++)
        {
            var sum = 0.0;
            foreach (var distance in distances)
            {
                sum += distance <= nearest ? 1 : Math.Exp(-(distance - nearest) / scale);
            }

            (low, high) = sum > wanted ? (low, scale) : (scale, high);
            scale = double.IsInfinity(high) ? scale * 2 : (low + high) / 2;
        }

        return (nearest, Math.Max(scale, Math.Max(least * mean, 1e-12)));
    }
}
