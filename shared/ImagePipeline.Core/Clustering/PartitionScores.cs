namespace ImagePipeline.Core.Clustering;

/// <summary>How well clusters agree with labels that people gave. Neither depends on the names of clusters or labels.</summary>
/// <param name="NormalizedMutualInformation">2 I(L;C) / (H(L) + H(C)), the arithmetic normalisation, 0 to 1; the same number as the
/// V-measure.</param>
/// <param name="AdjustedRand">The share of pairs on which both agree, corrected for chance: 1 the same partition, 0 as chance, below 0 worse.</param>
/// <param name="Purity">The share of vectors whose label is the most frequent one of their cluster, 0 to 1. Many small clusters are pure.</param>
/// <param name="Homogeneity">1 - H(L|C) / H(L), 0 to 1: 1 if every cluster holds one label.</param>
/// <param name="Completeness">1 - H(C|L) / H(C), 0 to 1: 1 if every label lies in one cluster.</param>
/// <param name="VMeasure">The harmonic mean of homogeneity and completeness, 0 to 1.</param>
/// <remarks>
/// Strehl and Ghosh, JMLR 2002 (mutual information); Hubert and Arabie, "Comparing partitions", Journal of Classification 1985; Rosenberg and
/// Hirschberg, "V-Measure", EMNLP 2007. Defined at the edges as scikit-learn does: one label throughout is homogeneous, one cluster complete.
/// </remarks>
public sealed record PartitionScores(
    double NormalizedMutualInformation, double AdjustedRand, double Purity, double Homogeneity, double Completeness, double VMeasure)
{
    /// <summary>Compares a clustering with labels.</summary>
    /// <param name="labels">The label of each vector, any numbers.</param>
    /// <param name="clusters">The cluster of each vector, any numbers; -1 for noise counts as a cluster like others.</param>
    /// <exception cref="ArgumentException">There are not as many of both.</exception>
    public static PartitionScores Of(ReadOnlySpan<int> labels, ReadOnlySpan<int> clusters)
    {
        if (labels.Length != clusters.Length)
        {
            throw new ArgumentException($"Expected {labels.Length} clusters, got {clusters.Length}.", nameof(clusters));
        }

        var (rows, columns, cells) = (new Dictionary<int, long>(), new Dictionary<int, long>(), new Dictionary<(int, int), long>());
        for (var i = 0; i < labels.Length; i++)
        {
            Count(rows, labels[i]);
            Count(columns, clusters[i]);
            Count(cells, (labels[i], clusters[i]));
        }

        double n = labels.Length;
        var (hl, hc) = (Entropy(rows.Values, n), Entropy(columns.Values, n));
        var information = hl == 0 || hc == 0 ? 0 : Math.Max(0, hl + hc - Entropy(cells.Values, n));
        var homogeneity = hl == 0 ? 1 : information / hl;
        var completeness = hc == 0 ? 1 : information / hc;
        var both = homogeneity + completeness;
        var measure = both == 0 ? 0 : 2 * homogeneity * completeness / both;
        var purity = n == 0 ? 1 : cells.GroupBy(cell => cell.Key.Item2).Sum(cluster => cluster.Max(cell => cell.Value)) / n;
        return new(measure, Adjusted(rows.Values, columns.Values, cells.Values, n), purity, homogeneity, completeness, measure);
    }

    static void Count<T>(Dictionary<T, long> counts, T key) where T : notnull =>
        counts[key] = counts.GetValueOrDefault(key) + 1;

    static double Entropy(IEnumerable<long> counts, double n) => -counts.Sum(count => count / n * Math.Log(count / n));

    static double Adjusted(IEnumerable<long> rows, IEnumerable<long> columns, IEnumerable<long> cells, double n)
    {
        var (inRows, inColumns, inCells) = (Pairs(rows), Pairs(columns), Pairs(cells));
        var expected = n < 2 ? 0 : inRows * inColumns / (n * (n - 1) / 2);
        var most = (inRows + inColumns) / 2;
        // Both one group, or both only single vectors: the same partition.
        return most == expected ? 1 : (inCells - expected) / (most - expected);
    }

    static double Pairs(IEnumerable<long> counts) => counts.Sum(count => count * (count - 1.0) / 2);
}
