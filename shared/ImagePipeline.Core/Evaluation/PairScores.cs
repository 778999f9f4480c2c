namespace ImagePipeline.Core.Evaluation;

/// <summary>
/// How well one distance for all queries together parts matches from the rest: the measures of the image similarity challenge
/// (Douze et al. 2021, "The 2021 Image Similarity Dataset and Challenge", section 4.2).
/// </summary>
public static class PairScores
{
    /// <summary>
    /// Micro average precision: the mean over all matches of the precision at their distance, those not proposed counting zero.
    /// </summary>
    /// <param name="pairs">Proposed pairs of all queries, in any order.</param>
    /// <param name="matches">Matches that exist, at least as many as are proposed.</param>
    /// <returns>0 to 1. Pairs of equal distance are taken together, so that their order does not matter.</returns>
    /// <exception cref="ArgumentException">More matches are proposed than exist.</exception>
    public static double AveragePrecision(ReadOnlySpan<RankedPair> pairs, int matches)
    {
        var sum = 0.0;
        foreach (var (_, taken, right, before) in Steps(Sorted(pairs), matches))
        {
            sum += (right - before) * (right / (double)taken);
        }

        return matches == 0 ? 0 : sum / matches;
    }

    /// <summary>The largest recall at any distance up to which no fewer than a share of the pairs are matches.</summary>
    /// <param name="pairs">Proposed pairs of all queries, in any order.</param>
    /// <param name="matches">Matches that exist, at least as many as are proposed.</param>
    /// <param name="precision">The share, 0 to 1.</param>
    /// <exception cref="ArgumentException">More matches are proposed than exist.</exception>
    public static OperatingPoint RecallAt(ReadOnlySpan<RankedPair> pairs, int matches, double precision)
    {
        var (best, most) = (OperatingPoint.None, 0);
        foreach (var (distance, taken, right, _) in Steps(Sorted(pairs), matches))
        {
            if (right >= precision * taken && right > most)
            {
                (best, most) = (new(distance, right / (double)taken, right / (double)matches), right);
            }
        }

        return best;
    }

    static RankedPair[] Sorted(ReadOnlySpan<RankedPair> pairs)
    {
        var sorted = pairs.ToArray();
        Array.Sort(sorted, static (a, b) => a.Distance.CompareTo(b.Distance));
        return sorted;
    }

    /// <summary>Every distance with the pairs taken up to it, the matches among them, and the matches before it.</summary>
    static IEnumerable<(float Distance, int Taken, int Right, int Before)> Steps(RankedPair[] sorted, int matches)
    {
        var (right, before) = (0, 0);
        for (var at = 0; at < sorted.Length; at++)
        {
            right += sorted[at].IsMatch ? 1 : 0;
            if (right > matches)
            {
                throw new ArgumentException($"More than {matches} matches are proposed.", nameof(matches));
            }

            if (at + 1 == sorted.Length || sorted[at + 1].Distance > sorted[at].Distance)
            {
                yield return (sorted[at].Distance, at + 1, right, before);
                before = right;
            }
        }
    }
}
