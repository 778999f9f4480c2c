using System.Globalization;

namespace ImagePipeline.Core.Duplicates;

/// <summary>Something that a user wants a kept file to have more of than its copies.</summary>
public enum KeeperPreference
{
    /// <summary>The most pixels.</summary>
    Resolution,

    /// <summary>A format that loses nothing.</summary>
    Lossless,

    /// <summary>The most bytes.</summary>
    Largest,

    /// <summary>The fewest bytes.</summary>
    Smallest,

    /// <summary>The oldest date: of the picture, or of the file where the picture has none.</summary>
    Oldest,

    /// <summary>The newest date, likewise.</summary>
    Newest,

    /// <summary>The shortest path.</summary>
    ShortestPath,
}

/// <summary>The words of <see cref="KeeperPreference"/>, as JSON and pages show them.</summary>
public static class KeeperPreferences
{
    /// <summary>The words, in the order of the members.</summary>
    public static IReadOnlyList<string> Words { get; } =
        ["resolution", "lossless", "largest", "smallest", "oldest", "newest", "shortest_path"];

    /// <summary>Reads a word.</summary>
    /// <returns>False if it is none of <see cref="Words"/>.</returns>
    public static bool TryParse(string? word, out KeeperPreference preference)
    {
        var index = word is null ? -1 : Words.ToList().IndexOf(word);
        preference = (KeeperPreference)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>Says which of several copies to keep by rules of the user's, and by <see cref="KeeperRule"/> where they leave more than one.</summary>
/// <remarks>The paths that the rule prefers come first, then the preferences in their order: each leaves the best of those that the ones
/// before left. The same files in another order give the same file.</remarks>
/// <param name="preferences">Most important first; none leaves everything to the rule.</param>
/// <param name="rule">Preferred paths, and what decides in the end.</param>
public sealed class KeeperOrder(IReadOnlyList<KeeperPreference> preferences, KeeperRule rule)
{
    /// <summary>The order of a user without preferences.</summary>
    public static KeeperOrder Default { get; } = new([], KeeperRule.Default);

    /// <summary>Chooses the file to keep.</summary>
    /// <param name="candidates">Copies of one picture, at least one.</param>
    /// <exception cref="ArgumentException">There is no candidate.</exception>
    public Keeper Choose(ReadOnlySpan<KeeperFacts> candidates)
    {
        var all = candidates.ToArray();
        if (preferences.Count == 0 || all.Length < 2)
        {
            return rule.Choose(all);
        }

        var best = all.Min(facts => rule.Rank(facts).PathRank);
        int[] left = [.. Enumerable.Range(0, all.Length).Where(at => rule.Rank(all[at]).PathRank == best)];
        if (left.Length == 1)
        {
            return rule.Choose(all);
        }

        foreach (var preference in preferences)
        {
            var most = left.Max(at => Worth(preference, all[at]));
            left = [.. left.Where(at => Worth(preference, all[at]) == most)];
            if (left.Length == 1)
            {
                return new(left[0], Explain(preference, all[left[0]]));
            }
        }

        var chosen = rule.Choose([.. left.Select(at => all[at])]);
        return chosen with { Index = left[chosen.Index] };
    }

    /// <summary>How much of what is wanted a file has; the larger the better.</summary>
    static long Worth(KeeperPreference preference, in KeeperFacts facts) => preference switch
    {
        KeeperPreference.Resolution => facts.Pixels,
        KeeperPreference.Lossless => facts.IsLossless ? 1 : 0,
        KeeperPreference.Largest => facts.Bytes,
        KeeperPreference.Smallest => -facts.Bytes,
        KeeperPreference.Oldest => -(Date(facts)?.UtcTicks ?? long.MaxValue),
        KeeperPreference.Newest => Date(facts)?.UtcTicks ?? long.MinValue,
        KeeperPreference.ShortestPath => -facts.Path.Length,
        _ => throw new ArgumentOutOfRangeException(nameof(preference), preference, "no such preference"),
    };

    static DateTimeOffset? Date(in KeeperFacts facts) => facts.TakenAt ?? facts.ModifiedAt;

    static string Explain(KeeperPreference preference, in KeeperFacts kept)
    {
        var text = CultureInfo.InvariantCulture;
        return preference switch
        {
            KeeperPreference.Resolution => string.Create(text, $"by your rule: the most pixels ({kept.WidthPx} x {kept.HeightPx})"),
            KeeperPreference.Lossless => $"by your rule: {kept.Format.ToUpperInvariant()} is lossless",
            KeeperPreference.Largest => string.Create(text, $"by your rule: the most bytes ({kept.Bytes:N0})"),
            KeeperPreference.Smallest => string.Create(text, $"by your rule: the fewest bytes ({kept.Bytes:N0})"),
            KeeperPreference.Oldest => string.Create(text, $"by your rule: the oldest ({Date(kept):yyyy-MM-dd})"),
            KeeperPreference.Newest => string.Create(text, $"by your rule: the newest ({Date(kept):yyyy-MM-dd})"),
            _ => "by your rule: the shortest path",
        };
    }
}
