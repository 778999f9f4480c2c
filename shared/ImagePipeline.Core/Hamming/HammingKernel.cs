using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>The two inner loops of all searches: the next hash within a radius, and a filter on half of the bits.</summary>
/// <remarks>
/// Bits are counted by the nibble table of Muła, Kurz and Lemire, "Faster Population Counts Using AVX2 Instructions"
/// (2018), section 3. Without AVX-512 the plain loops run: a 64-bit POPCNT counts a hash in four instructions, which
/// an AVX2 version of these loops did not beat.
/// </remarks>
static class HammingKernel
{
    /// <summary>Whether this processor runs the vector loops.</summary>
    public static bool IsVectorized => Avx512BW.IsSupported;

    /// <summary>The first hash at or after <paramref name="from"/> within the radius, or -1.</summary>
    /// <param name="hashes">The hashes, in any bit order that <paramref name="query"/> shares.</param>
    /// <param name="from">Where to begin.</param>
    /// <param name="query">The hash that is compared with each.</param>
    /// <param name="radius">Largest distance that counts, in bits, 0 to 256.</param>
    /// <param name="distance">Receives the distance of the one found, in bits.</param>
    public static int Next(ReadOnlySpan<Hash256> hashes, int from, Hash256 query, int radius, out int distance) =>
        NextScalar(hashes, IsVectorized ? SkipBlocks(hashes, from, query, radius) : from, query, radius, out distance);

    /// <summary><see cref="Next"/> one hash at a time.</summary>
    public static int NextScalar(ReadOnlySpan<Hash256> hashes, int from, Hash256 query, int radius, out int distance)
    {
        for (var i = from; i < hashes.Length; i++)
        {
            distance = hashes[i].DistanceTo(query);
            if (distance <= radius)
            {
                return i;
            }
        }

        distance = 0;
        return -1;
    }

    /// <summary>Where the first block of eight with a hash within the radius begins, or the last few hashes do.</summary>
    static int SkipBlocks(ReadOnlySpan<Hash256> hashes, int from, Hash256 query, int radius)
    {
        if (from + 8 > hashes.Length)
        {
            return from;
        }

        var q = Vector256.Create(query.W0, query.W1, query.W2, query.W3);
        var both = Vector512.Create(q, q);
        var limit = Vector512.Create((ushort)radius);
        ref var words = ref Unsafe.As<Hash256, ulong>(ref MemoryMarshal.GetReference(hashes));
        var i = from;
        for (; i + 8 <= hashes.Length; i += 8)
        {
            ref var block = ref Unsafe.Add(ref words, (nint)i * 4);
            // Two hashes a vector: lane w of each half counts word w. Four vectors share the lanes, 16 bits each.
            var counts = WordCounts(Vector512.LoadUnsafe(ref block) ^ both)
                | WordCounts(Vector512.LoadUnsafe(ref block, 8) ^ both) << 16
                | WordCounts(Vector512.LoadUnsafe(ref block, 16) ^ both) << 32
                | WordCounts(Vector512.LoadUnsafe(ref block, 24) ^ both) << 48;
            counts += Avx512F.PermuteVar8x64(counts, Vector512.Create(1UL, 0, 3, 2, 5, 4, 7, 6));
            counts += Avx512F.PermuteVar8x64(counts, Vector512.Create(2UL, 3, 0, 1, 6, 7, 4, 5));
            if (Vector512.LessThanOrEqualAny(counts.AsUInt16(), limit))
            {
                return i;
            }
        }

        return i;
    }

    /// <summary>Lists the candidates that differ from the query by at most the radius in half of their bits.</summary>
    /// <param name="first">One word of each candidate.</param>
    /// <param name="second">Another word of each, same length.</param>
    /// <param name="from">Candidate to begin with.</param>
    /// <param name="queryFirst">The query's first word.</param>
    /// <param name="querySecond">The query's second word.</param>
    /// <param name="radius">Largest count that passes, in bits.</param>
    /// <param name="passing">Receives the positions; at least as long as <paramref name="first"/>.</param>
    /// <returns>How many positions were written.</returns>
    public static int FilterHalf(ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second, int from, ulong queryFirst,
        ulong querySecond, int radius, Span<int> passing)
    {
        var found = 0;
        var i = from;
        if (IsVectorized)
        {
            var q1 = Vector512.Create(queryFirst);
            var q2 = Vector512.Create(querySecond);
            var limit = Vector512.Create((ulong)radius);
            ref var a = ref MemoryMarshal.GetReference(first);
            ref var b = ref MemoryMarshal.GetReference(second);
            for (; i + 8 <= first.Length; i += 8)
            {
                var bytes = ByteCounts(Vector512.LoadUnsafe(ref a, (nuint)i) ^ q1)
                    + ByteCounts(Vector512.LoadUnsafe(ref b, (nuint)i) ^ q2);
                var counts = Avx512BW.SumAbsoluteDifferences(bytes, Vector512<byte>.Zero).AsUInt64();
                var mask = Vector512.LessThanOrEqual(counts, limit).ExtractMostSignificantBits();
                for (; mask != 0; mask &= mask - 1)
                {
                    passing[found++] = i + (int)ulong.TrailingZeroCount(mask);
                }
            }
        }

        for (; i < first.Length; i++)
        {
            var counts = ulong.PopCount(first[i] ^ queryFirst) + ulong.PopCount(second[i] ^ querySecond);
            if (counts <= (ulong)radius)
            {
                passing[found++] = i;
            }
        }

        return found;
    }

    /// <summary>Bits set in each 64-bit lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<ulong> WordCounts(Vector512<ulong> words) =>
        Avx512BW.SumAbsoluteDifferences(ByteCounts(words), Vector512<byte>.Zero).AsUInt64();

    /// <summary>Bits set in each byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector512<byte> ByteCounts(Vector512<ulong> words)
    {
        var quarter = Vector128.Create((byte)0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
        var half = Vector256.Create(quarter, quarter);
        var table = Vector512.Create(half, half);
        var nibble = Vector512.Create((byte)0x0F);
        var low = words.AsByte() & nibble;
        var high = (words >> 4).AsByte() & nibble;
        return Avx512BW.Shuffle(table, low) + Avx512BW.Shuffle(table, high);
    }
}
