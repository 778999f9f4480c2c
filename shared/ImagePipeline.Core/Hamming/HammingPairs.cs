using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>All pairs of a collection within at most 31 bits of 256, exactly once each, by a bucket join.</summary>
/// <remarks>
/// For each band of <see cref="Bands"/> the hashes are sorted by key; a bucket is compared with itself and with the
/// buckets of greater keys one bit away. Half of a hash decides: the two words farthest from the band are copied beside
/// the order, and only pairs within the radius on those 128 bits (2 in 10^9 of unrelated ones) are looked at whole. A
/// pair is emitted by the first band that finds it.
/// <para>
/// Cost for n spread hashes at radius 31: about 16 n (n / 65536) 8.5 comparisons of 128 bits. Memory: 56 bytes a
/// hash while it runs (and some 60 before, while equal ones are found), 12 bytes a pair, and per thread 20 bytes for
/// each hash of the 17 largest neighbouring buckets.
/// </para>
/// <para>
/// Equal hashes. They fall into one bucket in every band, and k of them make k (k - 1) / 2 pairs. So they are collapsed
/// first and only distinct hashes are joined. Classes of up to <see cref="ExpandedClass"/> equal hashes are
/// then written out in full. A larger class stands for itself by its first member: each later member is paired with
/// that first one at distance 0, and only the first is paired with other hashes. Connected groups stay connected, and
/// whoever gives the hashes best picture first gets stars around the best.
/// </para>
/// </remarks>
public static class HammingPairs
{
    /// <summary>Largest radius, in bits.</summary>
    public const int MaximumRadius = Bands.MaximumRadius;

    /// <summary>Largest class of equal hashes of which every pair is reported.</summary>
    public const int ExpandedClass = 64;

    /// <summary>Default bound on the pairs kept: 50 million, 600 MB.</summary>
    public const int DefaultMaximumPairs = 50_000_000;

    /// <summary>Finds all pairs within a radius.</summary>
    /// <param name="hashes">The collection; a copy in another bit order is made.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to 31.</param>
    /// <param name="threads">How many threads to use, at least 1.</param>
    /// <param name="maximumPairs">Bound on the pairs found.</param>
    /// <param name="cancel">Stops the search; looked at some 4,000 times.</param>
    /// <returns>Each pair once, by ascending A, then B, for any number of threads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not 0 to 31, or there is no thread.</exception>
    /// <exception cref="InvalidOperationException">There are more than <paramref name="maximumPairs"/> pairs: the
    /// collection holds a dense cloud of near copies, to be thinned or searched within a smaller radius.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static List<HammingPair> Find(ReadOnlySpan<Hash256> hashes, int radius, int threads,
        int maximumPairs = DefaultMaximumPairs, CancellationToken cancel = default)
    {
        Bands.CheckRadius(radius);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumPairs);

        var classes = EqualHashes.Of(hashes);
        var distinct = new Hash256[classes.Count];
        for (var i = 0; i < distinct.Length; i++)
        {
            distinct[i] = Bands.Reorder(hashes[classes.First(i)]);
        }

        var found = new PairList(maximumPairs);
        new BucketJoin(distinct, radius, threads, found).Run(cancel);
        PairList.CheckBound(found.Pairs.Count, maximumPairs);
        return classes.Expand(found.Pairs, maximumPairs);
    }
}
