using ImagePipeline.Core.Collections;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>Sorts ordinals by the key of one band, so that each bucket lies contiguously.</summary>
static class BandOrder
{
    /// <summary>Counting sort, stable, two passes over the hashes.</summary>
    /// <param name="reordered">Hashes in the bit order of <see cref="Bands.Reorder"/>.</param>
    /// <param name="band">The band whose keys order them.</param>
    /// <param name="starts">Receives bucket bounds: the ordinals of key k lie at starts[k]..starts[k + 1].
    /// <see cref="Bands.Keys"/> + 1 entries.</param>
    /// <param name="ordinals">Receives the ordinals by ascending key; as long as <paramref name="reordered"/>.</param>
    public static void Fill(ReadOnlySpan<Hash256> reordered, int band, Span<int> starts, Span<int> ordinals)
    {
        starts.Clear();
        Count(reordered, band, starts);
        Begin(starts);
        for (var i = 0; i < reordered.Length; i++)
        {
            ordinals[starts[Bands.Key(reordered[i], band) + 1]++] = i;
        }
    }

    /// <summary>The same for a collection that grows.</summary>
    /// <param name="reordered">Hashes in the bit order of <see cref="Bands.Reorder"/>.</param>
    /// <param name="band">The band whose keys order them.</param>
    /// <param name="starts">Receives bucket bounds.</param>
    /// <param name="ordinals">Made as long as <paramref name="reordered"/> and filled anew.</param>
    public static void Fill(ChunkedList<Hash256> reordered, int band, Span<int> starts, ChunkedList<int> ordinals)
    {
        starts.Clear();
        for (var i = 0; i < reordered.Count; i += reordered.Run(i).Length)
        {
            Count(reordered.Run(i), band, starts);
        }

        Begin(starts);
        ordinals.Lengthen(reordered.Count);
        for (var i = 0; i < reordered.Count;)
        {
            foreach (ref readonly var hash in reordered.Run(i))
            {
                ordinals[starts[Bands.Key(hash, band) + 1]++] = i++;
            }
        }
    }

    /// <summary>Counts the hashes of each key, one entry on.</summary>
    static void Count(ReadOnlySpan<Hash256> reordered, int band, Span<int> starts)
    {
        foreach (ref readonly var hash in reordered)
        {
            starts[Bands.Key(hash, band) + 1]++;
        }
    }

    /// <summary>Turns counts into beginnings: each count moves one key on while its bucket's beginning is kept here; filling then advances
    /// it to the end.</summary>
    static void Begin(Span<int> starts)
    {
        var before = 0;
        for (var key = 0; key < Bands.Keys; key++)
        {
            var count = starts[key + 1];
            starts[key + 1] = before;
            before += count;
        }
    }
}
