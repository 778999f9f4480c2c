using System.Runtime.InteropServices;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>The classes of equal hashes of a collection, each known by its first member.</summary>
sealed class EqualHashes
{
    readonly List<int> _first; // per class: ordinal of its first member, ascending
    readonly int[] _next; // per ordinal: the next member of its class, or -1
    readonly List<int> _size; // per class

    EqualHashes(List<int> first, int[] next, List<int> size) => (_first, _next, _size) = (first, next, size);

    /// <summary>Number of distinct hashes.</summary>
    public int Count => _first.Count;

    /// <summary>Ordinal of the first member of a class.</summary>
    public int First(int equal) => _first[equal];

    /// <summary>Finds the classes, numbered by first occurrence. Linear.</summary>
    public static EqualHashes Of(ReadOnlySpan<Hash256> hashes)
    {
        List<int> first = [], size = [], last = [];
        var next = new int[hashes.Length];
        var classes = new Dictionary<Hash256, int>(hashes.Length);
        for (var i = 0; i < hashes.Length; i++)
        {
            next[i] = -1;
            ref var equal = ref CollectionsMarshal.GetValueRefOrAddDefault(classes, hashes[i], out var known);
            if (!known)
            {
                equal = first.Count;
                first.Add(i);
                size.Add(1);
                last.Add(i);
                continue;
            }

            next[last[equal]] = i;
            last[equal] = i;
            size[equal]++;
        }

        return new(first, next, size);
    }

    /// <summary>Turns pairs of classes into sorted pairs of ordinals, as <see cref="HammingPairs"/> says.</summary>
    public List<HammingPair> Expand(List<HammingPair> classPairs, int maximumPairs)
    {
        var pairs = new List<HammingPair>(classPairs.Count);
        foreach (var (a, b, distance) in classPairs)
        {
            for (var i = First(a); i >= 0; i = Counted(a) ? _next[i] : -1)
            {
                for (var j = First(b); j >= 0; j = Counted(b) ? _next[j] : -1)
                {
                    pairs.Add(new(Math.Min(i, j), Math.Max(i, j), distance));
                }
            }

            PairList.CheckBound(pairs.Count, maximumPairs);
        }

        for (var equal = 0; equal < Count; equal++)
        {
            for (var i = First(equal); _size[equal] > 1 && i >= 0; i = Counted(equal) ? _next[i] : -1)
            {
                for (var j = _next[i]; j >= 0; j = _next[j])
                {
                    pairs.Add(new(i, j, 0));
                }
            }

            PairList.CheckBound(pairs.Count, maximumPairs);
        }

        pairs.Sort(static (x, y) => x.A != y.A ? x.A.CompareTo(y.A) : x.B.CompareTo(y.B));
        return pairs;
    }

    bool Counted(int equal) => _size[equal] <= HammingPairs.ExpandedClass;
}
