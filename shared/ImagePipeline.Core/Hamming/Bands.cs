using System.Runtime.CompilerServices;
using ImagePipeline.Core.Hashing;

namespace ImagePipeline.Core.Hamming;

/// <summary>Cuts 256 bits into 16 bands of 16 bits, and says how far each band must be probed.</summary>
/// <remarks>
/// Pigeonhole, in the refined form of Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index
/// Hashing" (CVPR 2012), section 3: let the radius be 16 q + a with 0 ≤ a &lt; 16, probe bands 0..a to q bits and the
/// others to q - 1 bits. Were two hashes within the radius and missed in every band, they would differ by at least
/// (a + 1)(q + 1) + (15 - a) q = 16 q + a + 1 bits, which is more than the radius. At q ≤ 1, radius ≤ 31, a probe is a
/// band's own key and at most the 16 keys one bit away.
/// <para>
/// Neighbouring bits of a picture hash go together: PDQ's bits are a 16 x 16 matrix of DCT coefficients, and bands of
/// whole rows or columns fill few buckets. So band b takes from row r the bit in column b + 7 r (modulo 16): each band
/// holds one bit of every row and of every column. On the 1,350 hashes of ThreatExchange's pdq/data haystack, two
/// hashes share a band's key 27 times as often as random bits would, 36 at worst, most of it true near copies; rows
/// give 34 and 56, columns 33 and 53.
/// </para>
/// </remarks>
static class Bands
{
    /// <summary>Number of bands.</summary>
    public const int Count = 16;

    /// <summary>Number of keys a band can take.</summary>
    public const int Keys = 1 << 16;

    /// <summary>Largest radius for which probing one bit around each key is complete.</summary>
    public const int MaximumRadius = 31;

    /// <summary>Throws unless <paramref name="radius"/> is 0 to <see cref="MaximumRadius"/>.</summary>
    public static void CheckRadius(int radius)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(radius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, MaximumRadius);
    }

    /// <summary>Bits by which a key may differ in this band: 1, 0, or -1 for a band that need not be probed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ProbeRadius(int radius, int band) => (radius >> 4) - (band <= (radius & 15) ? 0 : 1);

    /// <summary>Reorders the bits so that band b is the 16 bits from bit 16 (b mod 4) of word b / 4.</summary>
    /// <remarks>A fixed permutation, so distances between reordered hashes are those between the hashes. The rows are
    /// rotated, then transposed by the swap network of Warren, "Hacker's Delight", section 7-3.</remarks>
    public static Hash256 Reorder(Hash256 hash)
    {
        Span<ushort> rows = stackalloc ushort[Count];
        for (var r = 0; r < Count; r++)
        {
            var row = (uint)(ushort)(Word(hash, r >> 2) >> (48 - 16 * (r & 3)));
            var turn = 7 * r & 15;
            rows[r] = (ushort)(row << turn | row >> (16 - turn));
        }

        var mask = 0x00FFu;
        for (var step = 8; step != 0; step >>= 1, mask ^= mask << step)
        {
            for (var k = 0; k < Count; k = (k | step) + 1 & ~step)
            {
                var swap = (rows[k] ^ (uint)rows[k | step] >> step) & mask;
                rows[k] ^= (ushort)swap;
                rows[k | step] ^= (ushort)(swap << step);
            }
        }

        return new(Pack(rows), Pack(rows[4..]), Pack(rows[8..]), Pack(rows[12..]));
    }

    /// <summary>The key of one band of a reordered hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Key(in Hash256 reordered, int band) => (ushort)(Word(reordered, band >> 2) >> (band << 4));

    /// <summary>One word of a hash by number, 0 the most significant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Word(in Hash256 hash, int word) => word switch
    {
        0 => hash.W0,
        1 => hash.W1,
        2 => hash.W2,
        _ => hash.W3,
    };

    /// <summary>Whether <paramref name="band"/> is the first that finds this pair: the one to report it.</summary>
    public static bool IsFirst(in Hash256 a, in Hash256 b, int radius, int band)
    {
        for (var earlier = 0; earlier < band; earlier++)
        {
            var differing = int.PopCount(Key(a, earlier) ^ Key(b, earlier));
            if (differing <= ProbeRadius(radius, earlier))
            {
                return false;
            }
        }

        return true;
    }

    static ulong Pack(ReadOnlySpan<ushort> four) =>
        four[0] | (ulong)four[1] << 16 | (ulong)four[2] << 32 | (ulong)four[3] << 48;
}
