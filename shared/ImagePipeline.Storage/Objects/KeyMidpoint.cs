using System.Text;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Keys between keys, for parting a key space of which only a few keys are known. The order is that of code points; keys are mostly
/// printable ASCII, so between two bounds its middle is preferred to that of all code points.
/// </summary>
public static class KeyMidpoint
{
    const int FirstPrintable = 0x20, LastPrintable = 0x7E;

    /// <summary>What a place of a key may be when keys are taken for fractions: printable ASCII one each, what is above all one.</summary>
    const double Places = LastPrintable + 3 - FirstPrintable;

    /// <summary>Above every code point; <c>prefix + Highest</c> comes after every key with the prefix that goes on with anything less.</summary>
    public const string Highest = "\U0010FFFF";

    const int Beyond = 0x110000;

    /// <summary>A key strictly between two, roughly in the middle, or null where there is none without NUL.</summary>
    /// <param name="low">Lower bound.</param>
    /// <param name="high">Upper bound, above <paramref name="low"/>.</param>
    public static string? Between(string low, string high)
    {
        var (a, b) = (Points(low), Points(high));
        var at = 0;
        while (at < a.Length && at < b.Length && a[at] == b[at])
        {
            at++;
        }

        if (at == b.Length)
        {
            return null;
        }

        if (Inner(at < a.Length ? a[at] : -1, b[at]) is { } middle)
        {
            return Text(a.AsSpan(0, at), middle);
        }

        // Neighbours at this place: either up to the higher one, or above what follows the lower one, whichever has more room.
        var up = b.Length > at + 1 && b[at] > 0 ? Math.Max(0, b[at + 1] - FirstPrintable) : -1;
        if (at == a.Length)
        {
            return up == -1 ? null : Text(b.AsSpan(0, at), b[at]);
        }

        if (up > Math.Max(0, LastPrintable - (a.Length > at + 1 ? a[at + 1] : 0)))
        {
            return Text(b.AsSpan(0, at), b[at]);
        }

        for (var next = at + 1; ; next++)
        {
            if (Inner(next < a.Length ? a[next] : -1, Beyond) is { } above)
            {
                return Text(a.AsSpan(0, next), above);
            }
        }
    }

    /// <summary>Up to <c>2^depth - 1</c> different keys strictly between two, in order.</summary>
    public static IReadOnlyList<string> Spread(string low, string high, int depth)
    {
        var keys = new List<string>();
        Add(low, high, depth);
        return keys;

        void Add(string from, string to, int left)
        {
            if (left > 0 && Between(from, to) is { } middle)
            {
                Add(from, middle, left - 1);
                keys.Add(middle);
                Add(middle, to, left - 1);
            }
        }
    }

    /// <summary>
    /// A key that parts what a range has before it about in the middle, or null where that seems less than is worth it: as dense as what
    /// was listed last.
    /// </summary>
    /// <param name="first">The first of the keys listed last.</param>
    /// <param name="last">The last of them.</param>
    /// <param name="upTo">Where the range ends.</param>
    /// <param name="listed">How many they are.</param>
    /// <param name="least">Fewer keys than this are not parted.</param>
    public static string? OfRest(string first, string last, string upTo, int listed, int least)
    {
        var behind = Fraction(first, last, upTo);
        return listed * (1 - behind) >= least * behind ? Between(last, upTo) : null;
    }

    /// <summary>How far a key lies from <paramref name="low"/> (0) to <paramref name="high"/> (1), as if the keys between were evenly
    /// spread; good for comparing, for nothing else.</summary>
    static double Fraction(string low, string at, string high)
    {
        var shared = low.AsSpan().CommonPrefixLength(high);
        var (from, to) = (Value(low), Value(high));
        return to > from ? Math.Clamp((Value(at) - from) / (to - from), 0, 1) : 0.5;

        double Value(string key)
        {
            var (value, weight) = (0.0, 1.0);
            foreach (var unit in key.AsSpan(Math.Min(shared, key.Length), Math.Clamp(key.Length - shared, 0, 8)))
            {
                weight /= Places;
                if (unit <= LastPrintable)
                {
                    value += weight * Math.Max(unit - FirstPrintable + 1, 0);
                }
                else
                {
                    value += weight * (Places - 1);
                    weight /= char.MaxValue + 1;
                    value += weight * unit;
                }
            }

            return value;
        }
    }

    /// <summary>A code point above <paramref name="low"/> and below <paramref name="high"/>; -1 is the end of a key.</summary>
    static int? Inner(int low, int high)
    {
        // NUL is left out: PostgreSQL cannot store it.
        var (first, last) = (Math.Max(low + 1, 1), high - 1);
        if (Math.Max(first, FirstPrintable) is var from && Math.Min(last, LastPrintable) is var to && from <= to)
        {
            return (from + to) / 2;
        }

        var middle = first + ((last - first) / 2);
        return first > last ? null
            : Rune.IsValid(middle) ? middle
            : last >= 0xE000 ? 0xE000
            : first <= 0xD7FF ? 0xD7FF
            : null;
    }

    static int[] Points(string key) => [.. key.EnumerateRunes().Select(rune => rune.Value)];

    static string Text(ReadOnlySpan<int> points, int last)
    {
        var text = new StringBuilder();
        foreach (var point in points)
        {
            text.Append(new Rune(point).ToString());
        }

        return text.Append(new Rune(last).ToString()).ToString();
    }
}
