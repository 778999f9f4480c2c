using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>Exact search within at most 31 bits of 256, by multi-index hashing, over a growing collection.</summary>
/// <remarks>
/// Every hash is filed under 16 keys of 16 bits, and a search looks into the buckets of the query's keys and of the
/// keys one bit away: 272 of 1,048,576 buckets at radius 31, fewer below. <see cref="Bands"/> proves that this misses
/// nothing. A match is reported in the first band that finds it, so no set of seen ordinals is kept.
/// <para>
/// Newest hashes form a tail that is scanned; once it exceeds 4,096 hashes and a sixteenth of the sealed ones, all are
/// filed anew, in place. Memory: 96 bytes a hash (its bits, and 16 ordinals), plus 4 MiB of bucket bounds and 1 MiB at
/// most of spare ordinals once anything is sealed. Adding n hashes one by one files about 17 n in all.
/// </para>
/// <para>Searches may run at the same time as each other, not at the same time as <see cref="Add"/>.</para>
/// </remarks>
public sealed class HammingIndex
{
    /// <summary>Largest radius a search may ask for, in bits.</summary>
    public const int MaximumRadius = Bands.MaximumRadius;

    const int SmallestSeal = 4096;
    const int TailFraction = 16;

    readonly ChunkedList<Hash256> _hashes = new(); // reordered by Bands; distances are unchanged
    readonly int[][] _starts = new int[Bands.Count][]; // per band: bucket bounds by key, Keys + 1 entries
    readonly ChunkedList<int>[] _ordinals = new ChunkedList<int>[Bands.Count]; // per band: ordinals, bucket after bucket
    int _sealed;

    /// <summary>Number of hashes added.</summary>
    public int Count => _hashes.Count;

    /// <summary>Adds a hash.</summary>
    /// <returns>Its ordinal: the number of hashes added before it.</returns>
    public int Add(Hash256 hash)
    {
        _hashes.Add(Bands.Reorder(hash));
        if (_hashes.Count - _sealed > Math.Max(SmallestSeal, _sealed / TailFraction))
        {
            Seal();
        }

        return _hashes.Count - 1;
    }

    /// <summary>Adds many hashes, filing them once; their ordinals follow each other from the former count.</summary>
    public void AddRange(ReadOnlySpan<Hash256> hashes)
    {
        foreach (var hash in hashes)
        {
            _hashes.Add(Bands.Reorder(hash));
        }

        if (_hashes.Count - _sealed > Math.Max(SmallestSeal, _sealed / TailFraction))
        {
            Seal();
        }
    }

    /// <summary>Finds every hash within a radius.</summary>
    /// <param name="query">What is looked for.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to <see cref="MaximumRadius"/>.</param>
    /// <param name="matches">Receives each match once, after what it holds, in no particular order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The radius is not 0 to 31.</exception>
    public void Search(Hash256 query, int radius, List<Match> matches)
    {
        Bands.CheckRadius(radius);
        ArgumentNullException.ThrowIfNull(matches);
        var reordered = Bands.Reorder(query);
        for (var band = 0; band < Bands.Count && _sealed > 0; band++)
        {
            var probe = Bands.ProbeRadius(radius, band);
            if (probe < 0)
            {
                break;
            }

            var key = Bands.Key(reordered, band);
            SearchBucket(band, key, reordered, radius, matches);
            for (var bit = 1; probe > 0 && bit < Bands.Keys; bit <<= 1)
            {
                SearchBucket(band, key ^ bit, reordered, radius, matches);
            }
        }

        for (var start = _sealed; start < _hashes.Count;)
        {
            var run = _hashes.Run(start);
            var i = HammingKernel.Next(run, 0, reordered, radius, out var distance);
            while (i >= 0)
            {
                matches.Add(new(start + i, distance));
                i = HammingKernel.Next(run, i + 1, reordered, radius, out distance);
            }

            start += run.Length;
        }
    }

    void SearchBucket(int band, int key, in Hash256 query, int radius, List<Match> matches)
    {
        var starts = _starts[band];
        var ordinals = _ordinals[band];
        for (var at = starts[key]; at < starts[key + 1]; at++)
        {
            var ordinal = ordinals[at];
            ref readonly var hash = ref _hashes[ordinal];
            var distance = hash.DistanceTo(query);
            if (distance <= radius && Bands.IsFirst(hash, query, radius, band))
            {
                matches.Add(new(ordinal, distance));
            }
        }
    }

    void Seal()
    {
        for (var band = 0; band < Bands.Count; band++)
        {
            _starts[band] ??= new int[Bands.Keys + 1];
            _ordinals[band] ??= new ChunkedList<int>();
            BandOrder.Fill(_hashes, band, _starts[band], _ordinals[band]);
        }

        _sealed = _hashes.Count;
    }
}
