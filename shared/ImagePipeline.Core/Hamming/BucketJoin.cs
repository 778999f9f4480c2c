using System.Collections.Concurrent;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>Finds the pairs of <see cref="HammingPairs"/> among distinct hashes, band after band.</summary>
/// <param name="distinct">Hashes in the bit order of <see cref="Bands.Reorder"/>, no two equal.</param>
/// <param name="radius">Largest distance that counts, in bits.</param>
/// <param name="threads">How many threads to use.</param>
/// <param name="found">Receives pairs of positions in <paramref name="distinct"/>.</param>
sealed class BucketJoin(Hash256[] distinct, int radius, int threads, PairList found)
{
    /// <summary>Work of one band is cut into so many pieces, so that threads even out.</summary>
    const int Pieces = 256;

    readonly int[] _starts = new int[Bands.Keys + 1]; // bucket bounds of the current band
    readonly int[] _ordinals = new int[distinct.Length]; // its buckets, one after the other
    readonly ulong[] _first = new ulong[distinct.Length]; // one word of each, in the order of _ordinals
    readonly ulong[] _second = new ulong[distinct.Length]; // another
    readonly ConcurrentBag<BucketJoinScratch> _idle = [];

    /// <summary>Joins all bands; stops early once <c>found</c> is full.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(CancellationToken cancel)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel };
        for (var band = 0; band < Bands.Count && Bands.ProbeRadius(radius, band) >= 0; band++)
        {
            var current = band;
            BandOrder.Fill(distinct, current, _starts, _ordinals);
            Parallel.For(0, Pieces, options, piece => CopyWords(current, piece));
            var result = Parallel.For(0, Pieces, options,
                () => _idle.TryTake(out var scratch) ? scratch : new BucketJoinScratch(),
                (piece, state, scratch) =>
                {
                    JoinKeys(current, piece, scratch);
                    if (!found.Take(scratch.Pairs))
                    {
                        state.Stop();
                    }

                    return scratch;
                },
                _idle.Add);
            if (!result.IsCompleted)
            {
                return;
            }
        }
    }

    /// <summary>The words that decide first are those after the band's own, whose bits are known to agree.</summary>
    static int FirstWord(int band) => (band >> 2) + 1 & 3;

    static int SecondWord(int band) => (band >> 2) + 2 & 3;

    void CopyWords(int band, int piece)
    {
        var start = (int)((long)distinct.Length * piece / Pieces);
        var end = (int)((long)distinct.Length * (piece + 1) / Pieces);
        for (var i = start; i < end; i++)
        {
            ref readonly var hash = ref distinct[_ordinals[i]];
            _first[i] = Bands.Word(hash, FirstWord(band));
            _second[i] = Bands.Word(hash, SecondWord(band));
        }
    }

    void JoinKeys(int band, int piece, BucketJoinScratch scratch)
    {
        const int keys = Bands.Keys / Pieces;
        var probe = Bands.ProbeRadius(radius, band);
        for (var key = piece * keys; key < (piece + 1) * keys; key++)
        {
            var own = _starts[key + 1] - _starts[key];
            if (own > 0)
            {
                Gather(key, probe, scratch);
                JoinBucket(band, own, scratch);
            }
        }
    }

    /// <summary>Lays a bucket and its greater neighbours one after the other, the bucket itself first.</summary>
    void Gather(int key, int probe, BucketJoinScratch scratch)
    {
        scratch.Clear();
        Append(key, scratch);
        for (var bit = 1; probe > 0 && bit < Bands.Keys; bit <<= 1)
        {
            // The neighbour of lesser key, with the bit clear, meets this bucket when its own turn comes.
            if ((key & bit) == 0)
            {
                Append(key | bit, scratch);
            }
        }
    }

    void Append(int key, BucketJoinScratch scratch)
    {
        var bucket = _starts[key].._starts[key + 1];
        scratch.Append(_first.AsSpan(bucket), _second.AsSpan(bucket), _ordinals.AsSpan(bucket));
    }

    void JoinBucket(int band, int own, BucketJoinScratch scratch)
    {
        var first = scratch.First;
        var second = scratch.Second;
        var ordinals = scratch.Ordinals;
        for (var i = 0; i < own; i++)
        {
            var passing = HammingKernel.FilterHalf(first, second, i + 1, first[i], second[i], radius, scratch.Passing);
            foreach (var j in scratch.Passing[..passing])
            {
                ref readonly var a = ref distinct[ordinals[i]];
                ref readonly var b = ref distinct[ordinals[j]];
                var distance = a.DistanceTo(b);
                if (distance <= radius && Bands.IsFirst(a, b, radius, band))
                {
                    scratch.Pairs.Add(new(ordinals[i], ordinals[j], distance));
                }
            }
        }
    }
}
