using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>Exact search by comparing a query with every hash: no index, any radius.</summary>
/// <remarks>Costs one pass over 32 bytes a hash; the right choice below some 20,000 hashes, for wide radii, and for
/// collections that change too often to index. Measured figures are in docs/performance.md.</remarks>
public static class HammingScan
{
    /// <summary>Hashes that stay in the first-level cache while several variants pass over them (32 KiB).</summary>
    const int CachedHashes = 1024;

    /// <summary>Finds every hash within a radius.</summary>
    /// <param name="hashes">The collection.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to 256.</param>
    /// <param name="matches">Receives the matches after what it holds, by ascending ordinal.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not 0 to 256.</exception>
    public static void Within(ReadOnlySpan<Hash256> hashes, Hash256 query, int radius, List<Match> matches)
    {
        CheckRadius(radius);
        ArgumentNullException.ThrowIfNull(matches);
        var i = HammingKernel.Next(hashes, 0, query, radius, out var distance);
        while (i >= 0)
        {
            matches.Add(new(i, distance));
            i = HammingKernel.Next(hashes, i + 1, query, radius, out distance);
        }
    }

    /// <summary>Finds every hash within a radius of any variant, such as the 8 dihedral ones of a picture.</summary>
    /// <param name="hashes">The collection.</param>
    /// <param name="variants">What is looked for.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to 256.</param>
    /// <param name="matches">Receives one match for each hash, with its nearest variant, by ascending ordinal.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not 0 to 256.</exception>
    public static void WithinAny(ReadOnlySpan<Hash256> hashes, ReadOnlySpan<Hash256> variants, int radius,
        List<VariantMatch> matches)
    {
        CheckRadius(radius);
        ArgumentNullException.ThrowIfNull(matches);
        for (var start = 0; start < hashes.Length; start += CachedHashes)
        {
            var before = matches.Count;
            var part = hashes.Slice(start, Math.Min(CachedHashes, hashes.Length - start));
            for (var variant = 0; variant < variants.Length; variant++)
            {
                var i = HammingKernel.Next(part, 0, variants[variant], radius, out var distance);
                while (i >= 0)
                {
                    matches.Add(new(start + i, distance, variant));
                    i = HammingKernel.Next(part, i + 1, variants[variant], radius, out distance);
                }
            }

            KeepNearestVariants(matches, before);
        }
    }

    /// <summary>Finds the k nearest hashes within a radius.</summary>
    /// <param name="hashes">The collection.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="k">How many to keep at most, at least 1.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to 256.</param>
    /// <param name="nearest">Cleared, then receives the matches, nearest first, equally near ones by ordinal.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1 or the radius is not 0 to 256.</exception>
    /// <remarks>Keeps at most 2 k candidates: once full, the farther half goes and the radius shrinks.</remarks>
    public static void Nearest(ReadOnlySpan<Hash256> hashes, Hash256 query, int k, int radius, List<Match> nearest)
    {
        CheckNearest(k, radius, nearest);
        _ = AddNearest(hashes, 0, query, k, radius, nearest);
        KeepNearest(nearest, k);
    }

    /// <summary>The same over a collection that grows.</summary>
    /// <inheritdoc cref="Nearest(ReadOnlySpan{Hash256}, Hash256, int, int, List{Match})"/>
    public static void Nearest(ChunkedList<Hash256> hashes, Hash256 query, int k, int radius, List<Match> nearest)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        CheckNearest(k, radius, nearest);
        for (var start = 0; start < hashes.Count && radius >= 0;)
        {
            var run = hashes.Run(start);
            radius = AddNearest(run, start, query, k, radius, nearest);
            start += run.Length;
        }

        KeepNearest(nearest, k);
    }

    /// <summary>Adds what is near in a part of the collection that begins at ordinal <paramref name="first"/>.</summary>
    /// <returns>The radius for the rest; below 0 where k exact equals were found, and later ordinals cannot win.</returns>
    static int AddNearest(
        ReadOnlySpan<Hash256> hashes, int first, Hash256 query, int k, int radius, List<Match> nearest)
    {
        var i = -1;
        while (radius >= 0 && (i = HammingKernel.Next(hashes, i + 1, query, radius, out var distance)) >= 0)
        {
            nearest.Add(new(first + i, distance));
            if (nearest.Count >= 2L * k)
            {
                KeepNearest(nearest, k);
                radius = nearest[^1].Distance - 1;
            }
        }

        return radius;
    }

    static void CheckNearest(int k, int radius, List<Match> nearest)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        CheckRadius(radius);
        ArgumentNullException.ThrowIfNull(nearest);
        nearest.Clear();
    }

    static void KeepNearest(List<Match> matches, int k)
    {
        matches.Sort(static (a, b) => (a.Distance, a.Ordinal).CompareTo((b.Distance, b.Ordinal)));
        if (matches.Count > k)
        {
            matches.RemoveRange(k, matches.Count - k);
        }
    }

    static void KeepNearestVariants(List<VariantMatch> matches, int start)
    {
        if (matches.Count - start < 2)
        {
            return;
        }

        matches.Sort(start, matches.Count - start, Comparer<VariantMatch>.Create(static (a, b) =>
            (a.Ordinal, a.Distance, a.Variant).CompareTo((b.Ordinal, b.Distance, b.Variant))));
        var kept = start;
        for (var i = start; i < matches.Count; i++)
        {
            if (kept == start || matches[kept - 1].Ordinal != matches[i].Ordinal)
            {
                matches[kept++] = matches[i];
            }
        }

        matches.RemoveRange(kept, matches.Count - kept);
    }

    static void CheckRadius(int radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, 256);
    }
}
