namespace ImagePipeline.Core.Hashing;

/// <summary>From PDQ's 16 x 16 coefficients to the hashes of the eight positions.</summary>
/// <remarks>
/// Turning or mirroring a picture transposes its coefficients and changes the sign of every other row, column or both
/// (ThreatExchange, pdqhashing.cpp, dct16OriginalTo…). A transposed matrix has the same median, so four sign patterns
/// need four medians for eight hashes.
/// </remarks>
static class PdqBits
{
    const int Edge = PdqTransform.Kept;
    const int Count = Edge * Edge;

    /// <summary>Hashes of all positions.</summary>
    /// <param name="coefficients">16 x 16, row-major, vertical frequency first; row 0 is frequency 1.</param>
    public static PdqDihedral Dihedral(ReadOnlySpan<float> coefficients)
    {
        Span<bool> bits = stackalloc bool[Count];

        AboveMedian(coefficients, 1, 1, bits);
        var (original, flipPlus1) = Pack(bits);
        AboveMedian(coefficients, 1, -1, bits);
        var (flipY, rotate90) = Pack(bits);
        AboveMedian(coefficients, -1, 1, bits);
        var (flipX, rotate270) = Pack(bits);
        AboveMedian(coefficients, -1, -1, bits);
        var (rotate180, flipMinus1) = Pack(bits);
        return new(original, rotate90, rotate180, rotate270, flipX, flipY, flipPlus1, flipMinus1);
    }

    /// <summary>Tells which coefficients exceed the median, after a change of sign.</summary>
    /// <param name="coefficients">16 x 16, row-major.</param>
    /// <param name="rowSign">-1 to negate rows 0, 2 …, whose frequencies are odd: top and bottom exchanged.</param>
    /// <param name="columnSign">-1 to negate columns 0, 2, 4 …: left and right exchanged.</param>
    /// <param name="bits">Receives 256 answers.</param>
    static void AboveMedian(ReadOnlySpan<float> coefficients, int rowSign, int columnSign, Span<bool> bits)
    {
        Span<float> signed = stackalloc float[Count];
        Span<float> ranked = stackalloc float[Count];
        for (var i = 0; i < Count; i++)
        {
            var sign = ((i / Edge) % 2 == 0 ? rowSign : 1) * (i % 2 == 0 ? columnSign : 1);
            signed[i] = sign * coefficients[i];
        }

        signed.CopyTo(ranked);
        var median = Selection.Smallest(ranked, (Count / 2) - 1);
        for (var i = 0; i < Count; i++)
        {
            bits[i] = signed[i] > median;
        }
    }

    /// <summary>Packs answers; the bit of row i, column j is i * 16 + j, bit 255 first in the text.</summary>
    static (Hash256 Upright, Hash256 Transposed) Pack(ReadOnlySpan<bool> bits)
    {
        Span<ulong> upright = stackalloc ulong[4];
        Span<ulong> transposed = stackalloc ulong[4];
        for (var i = 0; i < Count; i++)
        {
            var bit = bits[i] ? 1ul : 0ul;
            var across = (i % Edge * Edge) + (i / Edge);
            upright[3 - (i / 64)] |= bit << (i % 64);
            transposed[3 - (across / 64)] |= bit << (across % 64);
        }

        return (
            new(upright[0], upright[1], upright[2], upright[3]),
            new(transposed[0], transposed[1], transposed[2], transposed[3]));
    }
}
