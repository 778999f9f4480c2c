namespace ImagePipeline.Core.Clustering;

/// <summary>One joining of two clusters. Numbers below that of the leaves are vectors; leaves + i is what merge i made.</summary>
/// <param name="A">The smaller number of the two.</param>
/// <param name="B">The larger number.</param>
/// <param name="Distance">How far they were from each other.</param>
/// <param name="Size">Vectors in both; with weights given, their sum.</param>
public readonly record struct Merge(int A, int B, float Distance, int Size);

/// <summary>The whole history of joining, from which clusters are cut at any level without another run.</summary>
/// <param name="Leaves">How many vectors.</param>
/// <param name="Merges">Leaves - 1 merges by ascending distance: the rows of scipy's linkage matrix.</param>
public sealed record Dendrogram(int Leaves, Merge[] Merges)
{
    /// <summary>Cuts into a number of clusters.</summary>
    /// <param name="clusters">1 to <see cref="Leaves"/>.</param>
    /// <returns>The cluster of each vector, numbered by their first vectors.</returns>
    public int[] CutByCount(int clusters)
    {
        if (clusters < 1 || clusters > Math.Max(1, Leaves))
        {
            throw new ArgumentOutOfRangeException(nameof(clusters), clusters, $"Expected 1 to {Leaves} clusters.");
        }

        return Cut(Math.Max(0, Leaves - clusters));
    }

    /// <summary>Cuts at a distance: clusters nearer to each other than that are joined.</summary>
    /// <param name="distance">In the unit of <see cref="Merge.Distance"/>.</param>
    /// <returns>The cluster of each vector, numbered by their first vectors.</returns>
    public int[] CutByDistance(double distance)
    {
        var merges = 0;
        while (merges < Merges.Length && Merges[merges].Distance < distance)
        {
            merges++;
        }

        return Cut(merges);
    }

    /// <summary>The distances between which a cut gives that many clusters: the merge that makes them, and the next.</summary>
    /// <param name="clusters">1 to <see cref="Leaves"/>.</param>
    public (float From, float To) DistancesOf(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, Leaves);
        return (clusters == Leaves ? 0 : Merges[Leaves - clusters - 1].Distance,
            clusters == 1 ? float.PositiveInfinity : Merges[Leaves - clusters].Distance);
    }

    /// <summary>Sorts merges by distance and numbers what they make.</summary>
    /// <param name="leaves">How many vectors.</param>
    /// <param name="merges">Any vector of either part and their distance; of equal distances parts before the whole.</param>
    /// <param name="weights">How many vectors each stands for; empty for one each.</param>
    internal static Dendrogram Of(int leaves, (int A, int B, float Distance)[] merges, ReadOnlySpan<int> weights)
    {
        var order = Enumerable.Range(0, merges.Length).OrderBy(i => merges[i].Distance).ToArray(); // stable: parts stay before the whole
        var joined = new DisjointSets(leaves);
        var node = Enumerable.Range(0, leaves).ToArray();
        var size = weights.IsEmpty ? Enumerable.Repeat(1, leaves).ToArray() : weights.ToArray();
        var numbered = new Merge[merges.Length];
        for (var i = 0; i < order.Length; i++)
        {
            var (a, b, distance) = merges[order[i]];
            (a, b) = (joined.Find(a), joined.Find(b));
            var root = joined.Join(a, b);
            numbered[i] = new(Math.Min(node[a], node[b]), Math.Max(node[a], node[b]), distance, size[a] + size[b]);
            (node[root], size[root]) = (leaves + i, size[a] + size[b]);
        }

        return new(leaves, numbered);
    }

    int[] Cut(int merges)
    {
        // From the top: what a merge that counts made hands its place on to its two parts.
        var top = new int[Leaves + Merges.Length];
        for (var node = 0; node < top.Length; node++)
        {
            top[node] = node;
        }

        for (var i = merges - 1; i >= 0; i--)
        {
            top[Merges[i].A] = top[Merges[i].B] = top[Leaves + i];
        }

        var numbers = new Dictionary<int, int>();
        var labels = new int[Leaves];
        for (var leaf = 0; leaf < Leaves; leaf++)
        {
            numbers.TryAdd(top[leaf], numbers.Count);
            labels[leaf] = numbers[top[leaf]];
        }

        return labels;
    }
}
