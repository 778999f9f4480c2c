namespace ImagePipeline.Core.Clustering;

/// <summary>One joining of two clusters. Numbers below that of the leaves are vectors; leaves + i is what merge i
/// made.</summary>
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

    /// <summary>The distances between which a cut gives that many clusters: the merge that makes them, and the
    /// next.</summary>
    /// <param name="clusters">1 to <see cref="Leaves"/>.</param>
    public (float From, float To) DistancesOf(int clusters)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(clusters, Leaves);
        return (clusters == Leaves ? 0 : Merges[Leaves - clusters - 1].Distance,
            clusters == 1 ? float.PositiveInfinity : Merges[Leaves - clusters].Distance);
    }

    /// <summary>The tree of some of the vectors: as it joined them, without the others.</summary>
    /// <param name="kept">Whether each vector stays; as many as <see cref="Leaves"/>.</param>
    /// <returns>Its leaves are those that stay, in their order, and its sizes count them, one each. Cut at a distance, it has the clusters of
    /// this one without the others; cut by count, as many as asked, none of them empty.</returns>
    /// <exception cref="ArgumentException"><paramref name="kept"/> has another length.</exception>
    public Dendrogram Keep(ReadOnlySpan<bool> kept)
    {
        if (kept.Length != Leaves)
        {
            throw new ArgumentException($"Expected {Leaves} values, got {kept.Length}.", nameof(kept));
        }

        // Number of every old node among the new ones; a merge with nothing on one side hands the other's on.
        var number = new int[Leaves + Merges.Length];
        var leaves = 0;
        for (var leaf = 0; leaf < Leaves; leaf++)
        {
            number[leaf] = kept[leaf] ? leaves++ : -1;
        }

        var merges = new List<Merge>(Math.Max(0, leaves - 1));
        for (var i = 0; i < Merges.Length; i++)
        {
            var (a, b) = (number[Merges[i].A], number[Merges[i].B]);
            number[Leaves + i] = Math.Max(a, b);
            if (a >= 0 && b >= 0)
            {
                number[Leaves + i] = leaves + merges.Count;
                merges.Add(new(Math.Min(a, b), Math.Max(a, b), Merges[i].Distance, Size(a) + Size(b)));
            }
        }

        return new(leaves, [.. merges]);

        int Size(int node) => node < leaves ? 1 : merges[node - leaves].Size;
    }

    /// <summary>The same tree with half the square of every distance: of Ward's distances of vectors of length 1 that is the cosine distance,
    /// in which the other linkages' are. The order of the merges, and so every cut by count, stays.</summary>
    public Dendrogram HalfSquared() => new(Leaves, Array.ConvertAll(Merges, static merge => merge with { Distance = merge.Distance * merge.Distance / 2 }));

    /// <summary>A tree from its merges as they were stored.</summary>
    /// <param name="leaves">How many vectors.</param>
    /// <param name="a">One part of each merge: a vector, or leaves + i for what merge i made.</param>
    /// <param name="b">The other part.</param>
    /// <param name="distances">How far apart they were, ascending.</param>
    /// <exception cref="ArgumentException">That is no tree: the lengths differ from leaves - 1, a part is joined twice or before it was made, or
    /// the distances descend.</exception>
    public static Dendrogram Of(int leaves, ReadOnlySpan<int> a, ReadOnlySpan<int> b, ReadOnlySpan<float> distances)
    {
        var merges = new Merge[Math.Max(0, leaves - 1)];
        if (a.Length != merges.Length || b.Length != merges.Length || distances.Length != merges.Length)
        {
            throw new ArgumentException($"Expected {merges.Length} merges of {leaves} vectors, got {a.Length}, {b.Length} and {distances.Length}.");
        }

        var joined = new bool[leaves + merges.Length];
        for (var i = 0; i < merges.Length; i++)
        {
            var (one, other) = (Math.Min(a[i], b[i]), Math.Max(a[i], b[i]));
            if (one < 0 || other >= leaves + i || one == other || joined[one] || joined[other] || (i > 0 && distances[i] < distances[i - 1]))
            {
                throw new ArgumentException($"Merge {i} of {a[i]} and {b[i]} at {distances[i]} is none of a tree of {leaves} vectors.");
            }

            joined[one] = joined[other] = true;
            merges[i] = new(one, other, distances[i], Size(one) + Size(other));
        }

        return new(leaves, merges);

        int Size(int node) => node < leaves ? 1 : merges[node - leaves].Size;
    }

    /// <summary>Sorts merges by distance and numbers what they make.</summary>
    /// <param name="leaves">How many vectors.</param>
    /// <param name="merges">Any vector of either part and their distance; of equal distances parts before the
    /// whole.</param>
    /// <param name="weights">How many vectors each stands for; empty for one each.</param>
    internal static Dendrogram Of(int leaves, (int A, int B, float Distance)[] merges, ReadOnlySpan<int> weights)
    {
        // Stable: parts stay before the whole.
        var order = Enumerable.Range(0, merges.Length).OrderBy(i => merges[i].Distance).ToArray();
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
