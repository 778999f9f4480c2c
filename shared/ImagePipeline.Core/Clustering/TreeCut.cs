namespace ImagePipeline.Core.Clustering;

/// <summary>One of the cuts of a dendrogram.</summary>
/// <param name="Clusters">How many clusters it gives.</param>
/// <param name="From">The distance of the last merge below it.</param>
/// <param name="To">The distance of the first merge above it; infinite where all is one cluster.</param>
/// <param name="Largest">Vectors of its largest cluster; with weights given, their sum.</param>
public readonly record struct TreeCut(int Clusters, float From, float To, int Largest)
{
    /// <summary>Most clusters that are looked for where nothing is said.</summary>
    public const int MostClusters = 2000;

    /// <summary>A distance that gives this cut, of as few digits as tell it from its neighbours; null where none does, because several
    /// merges have the same.</summary>
    public double? Distance
    {
        get
        {
            if (!(From < To))
            {
                return null;
            }

            var middle = float.IsPositiveInfinity(To) ? From + Math.Max(From, 1.0) : (From + (double)To) / 2;
            for (var digits = 1; digits <= 12; digits++)
            {
                var rounded = Math.Round(middle, digits);
                if (rounded > From && rounded <= To)
                {
                    return rounded;
                }
            }

            return middle;
        }
    }

    /// <summary>The cut that gives a number of clusters.</summary>
    /// <param name="tree">One vector or more.</param>
    /// <param name="clusters">1 to as many as there are vectors.</param>
    /// <param name="weights">How many each vector stands for; empty for one each.</param>
    public static TreeCut Of(Dendrogram tree, int clusters, ReadOnlySpan<int> weights = default)
    {
        var (from, to) = tree.DistancesOf(clusters);
        var labels = tree.CutByCount(clusters);
        var sizes = new int[clusters];
        for (var leaf = 0; leaf < labels.Length; leaf++)
        {
            sizes[labels[leaf]] += weights.IsEmpty ? 1 : weights[leaf];
        }

        return new(clusters, from, to, sizes.Max());
    }

    /// <summary>Cuts to choose from, from few clusters to many: numbers from 2 up are parted into ranges that grow by the same factor, and of
    /// each range that cut is taken whose clusters are farthest apart, measured by how far their parts are: where the next merge's distance is
    /// the largest multiple of the last's.</summary>
    /// <param name="tree">One vector or more.</param>
    /// <param name="cuts">Most cuts, at least 1.</param>
    /// <param name="most">Most clusters, at least 2; a quarter of the vectors where that is less.</param>
    /// <param name="weights">How many each vector stands for; empty for one each.</param>
    /// <returns>By ascending number of clusters; none for fewer than two vectors.</returns>
    /// <remarks>Cost: a pass over the merges, and for each cut one over the vectors. A wide gap between merges is the usual way to read a
    /// dendrogram (Everitt et al., "Cluster Analysis", 5th edition, section 4.4.2). Here it is a ratio, which is the same in any unit, and taken
    /// in each range: over all numbers the widest nearly always names very few clusters, or those of equal vectors.</remarks>
    public static IReadOnlyList<TreeCut> Sensible(Dendrogram tree, int cuts = 8, int most = MostClusters, ReadOnlySpan<int> weights = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cuts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        if (tree.Leaves < 2)
        {
            return [];
        }

        most = Math.Clamp(tree.Leaves / 4, 2, Math.Min(most, tree.Leaves));
        var chosen = new List<TreeCut>(cuts);
        for (var (range, first) = (1, 2); range <= cuts && first <= most; range++)
        {
            var last = Math.Max(first, (int)Math.Round(2 * Math.Pow(most / 2.0, range / (double)cuts)));
            var widest = Enumerable.Range(first, last - first + 1).MaxBy(clusters => Gap(tree.DistancesOf(clusters)));
            chosen.Add(Of(tree, widest, weights));
            first = last + 1;
        }

        return chosen;
    }

    static float Gap((float From, float To) distances) => distances.From < distances.To ? distances.To / distances.From : 1;
}
