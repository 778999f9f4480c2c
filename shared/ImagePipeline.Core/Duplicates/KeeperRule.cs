using System.Globalization;
using System.IO.Enumeration;

namespace ImagePipeline.Core.Duplicates;

/// <summary>Says which of several copies of a picture to keep, and why.</summary>
/// <remarks>
/// In this order, the first difference decides: a path the user prefers; more pixels; a lossless format; more bytes;
/// a capture date; an older capture date; an older file; a path with fewer copy marks; a shorter path; the path that
/// sorts first. It is a total order on paths, and does not look at anything but the facts.
/// </remarks>
/// <param name="preferredPaths">Most preferred first: a folder or the beginning of an address, up to a part of the
/// path; or a pattern with * (anything, folders too) and ?. The file that is named so itself goes before those that a
/// pattern or folder finds. Case counts.</param>
public sealed class KeeperRule(IReadOnlyList<string> preferredPaths) : IComparer<KeeperFacts>
{
    /// <summary>The rule of a user without preferences.</summary>
    public static KeeperRule Default { get; } = new([]);

    /// <summary>Orders the better file first.</summary>
    /// <returns>Negative if <paramref name="x"/> is to be kept rather than <paramref name="y"/>.</returns>
    public int Compare(KeeperFacts x, KeeperFacts y) => Rank(x).CompareTo(Rank(y), out _);

    /// <summary>Chooses the file to keep.</summary>
    /// <param name="candidates">Copies of one picture, at least one.</param>
    /// <exception cref="ArgumentException">There is no candidate.</exception>
    public Keeper Choose(ReadOnlySpan<KeeperFacts> candidates)
    {
        if (candidates.IsEmpty)
        {
            throw new ArgumentException("There must be at least one candidate.", nameof(candidates));
        }

        var (best, second) = (0, -1);
        var ranks = new KeeperRank[candidates.Length];
        for (var i = 0; i < ranks.Length; i++)
        {
            ranks[i] = Rank(candidates[i]);
            if (i > 0 && ranks[i].CompareTo(ranks[best], out _) < 0)
            {
                (best, second) = (i, best);
            }
            else if (i > 0 && (second < 0 || ranks[i].CompareTo(ranks[second], out _) < 0))
            {
                second = i;
            }
        }

        if (second < 0)
        {
            return new(0, "the only one");
        }

        return new(best, Explain(candidates[best], ranks, best, second));
    }

    /// <summary>What is compared, worked out once for a file.</summary>
    internal KeeperRank Rank(in KeeperFacts facts) => new(
        PathRank: PathRank(facts.Path),
        Pixels: facts.Pixels,
        IsLossless: facts.IsLossless,
        Bytes: facts.Bytes,
        TakenTicks: facts.TakenAt?.UtcTicks,
        ModifiedTicks: facts.ModifiedAt?.UtcTicks ?? long.MaxValue,
        Marks: CopyMarks.Count(facts.Path),
        Path: facts.Path);

    /// <summary>Two ranks for each preference, since a name may hold * itself: the file called so, then what it finds.</summary>
    int PathRank(string path)
    {
        for (var i = 0; i < preferredPaths.Count; i++)
        {
            if (path == preferredPaths[i])
            {
                return 2 * i;
            }

            if (IsUnder(path, preferredPaths[i]))
            {
                return (2 * i) + 1;
            }
        }

        return 2 * preferredPaths.Count;
    }

    static bool IsUnder(string path, string preferred) =>
        preferred.AsSpan().IndexOfAny('*', '?') >= 0
            ? FileSystemName.MatchesSimpleExpression(preferred, path, ignoreCase: false)
            : path.StartsWith(preferred, StringComparison.Ordinal)
                && (path.Length == preferred.Length || preferred is "" or [.., '/' or '\\']
                    || path[preferred.Length] is '/' or '\\');

    string Explain(in KeeperFacts kept, KeeperRank[] ranks, int best, int second)
    {
        ranks[best].CompareTo(ranks[second], out var criterion);
        var path = ranks[best].PathRank;
        var rivals = ranks.Count(rank => rank.PathRank == path);
        var reason = Explain(kept, criterion, rivals);
        return rivals == ranks.Length ? reason
            : criterion == KeeperCriterion.PathRank ? $"in {preferredPaths[path / 2]}, which you prefer"
            : $"in {preferredPaths[path / 2]}, which you prefer; {reason}";
    }

    static string Explain(in KeeperFacts kept, KeeperCriterion criterion, int rivals)
    {
        var text = CultureInfo.InvariantCulture;
        var (width, height, taken) = (kept.WidthPx, kept.HeightPx, kept.TakenAt);
        return criterion switch
        {
            KeeperCriterion.Pixels => string.Create(text, $"{width} x {height} is the largest of {rivals}"),
            KeeperCriterion.Lossless => $"same size, {kept.Format.ToUpperInvariant()} is lossless",
            KeeperCriterion.Bytes => string.Create(text, $"same size, most bytes ({kept.Bytes:N0})"),
            KeeperCriterion.HasTakenAt => string.Create(text, $"same picture; has its date ({taken:yyyy-MM-dd})"),
            KeeperCriterion.TakenAt => string.Create(text, $"same picture; oldest date ({taken:yyyy-MM-dd})"),
            KeeperCriterion.ModifiedAt => "same picture; oldest file",
            KeeperCriterion.Marks => "same picture; its path looks least like a copy's",
            KeeperCriterion.PathLength => "same picture; shortest path",
            KeeperCriterion.Path => "same picture; its path sorts first",
            _ => "the same file",
        };
    }
}
