namespace ImagePipeline.Core.Captions;

/// <summary>In how many of a group's things a word is.</summary>
/// <param name="Things">How many things, 1 or more where there are words.</param>
/// <param name="Counts">By word in how many of them, above 0 and at most <paramref name="Things"/>; not whole where it is in a part of
/// one.</param>
public sealed record WordCounts(int Things, IReadOnlyDictionary<string, double> Counts);

/// <summary>How much a word tells a group from the others.</summary>
/// <param name="Text">The word.</param>
/// <param name="Count">In how many things of the group it is.</param>
/// <param name="Share">Their share, 0 to 1.</param>
/// <param name="Everywhere">The mean of that over all groups, 0 to 1: a large group counts as a small one does.</param>
/// <param name="LogOdds">Logarithm of the odds in the group to those in all others; 0 for a word that is as frequent there.</param>
public readonly record struct TellingWord(string Text, double Count, double Share, double Everywhere, double LogOdds)
{
    /// <summary>What words are ordered by: frequent in the group, and rare elsewhere.</summary>
    public double Score => Share * LogOdds;
}

/// <summary>Finds the words that are frequent in a group and rare in the others.</summary>
/// <remarks>
/// Log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 2008, section 3.3),
/// over things that have a word or have it not: δ = log((y + a) / (n + A - y - a)) for the group, less the same for all others, where a = A p
/// and p is the word's share of all things. A word of one thing is so not infinitely telling. The paper divides by the standard deviation,
/// which favours words that are everywhere; here δ is multiplied by the share, as c-TF-IDF multiplies by the frequency (Grootendorst, arXiv
/// 2203.05794), because a name is to hold for most of the group.
/// <para>Cost: a look-up for every word of every group, and a sort of each group's.</para>
/// </remarks>
public static class TellingWords
{
    /// <summary>A: as if so many more things had the words of all.</summary>
    public const double Prior = 2;

    /// <summary>The words of each group, the most telling first, of equally telling ones by their letters.</summary>
    /// <param name="groups">The groups.</param>
    /// <exception cref="ArgumentException">A word is in more things than there are.</exception>
    public static IReadOnlyList<TellingWord>[] Of(IReadOnlyList<WordCounts> groups)
    {
        var (things, counts, shares) = (0.0, new Dictionary<string, double>(StringComparer.Ordinal), new Dictionary<string, double>(StringComparer.Ordinal));
        foreach (var group in groups)
        {
            things += group.Things;
            foreach (var (word, count) in group.Counts)
            {
                if (!(count > 0 && count <= group.Things * (1 + 1e-6)))
                {
                    throw new ArgumentException($"'{word}' is in {count} of {group.Things} things.", nameof(groups));
                }

                counts[word] = counts.GetValueOrDefault(word) + count;
                shares[word] = shares.GetValueOrDefault(word) + (count / group.Things);
            }
        }

        return [.. groups.Select(group => (IReadOnlyList<TellingWord>)[.. group.Counts
            .Select(word => new TellingWord(
                word.Key, word.Value, word.Value / group.Things, shares[word.Key] / groups.Count,
                LogOdds(word.Value, group.Things, counts[word.Key], things)))
            .OrderByDescending(word => word.Score).ThenBy(word => word.Text, StringComparer.Ordinal)])];
    }

    static double LogOdds(double here, double things, double everywhere, double all)
    {
        // Half a thing with the word and half a thing without keep the prior off 0 and 1.
        var prior = Prior * (everywhere + 0.5) / (all + 1);
        return Odds(here, things) - Odds(everywhere - here, all - things);

        double Odds(double with, double of) => Math.Log((Math.Max(0, with) + prior) / (Math.Max(0, of - with) + Prior - prior));
    }
}
