using System.Buffers;

namespace ImagePipeline.Core.Hashing;

/// <summary>
/// PDQ, the perceptual hash of Meta's ThreatExchange: 256 bits, each telling whether one of 16 x 16 low frequencies
/// exceeds their median, and a quality that tells whether the picture has enough structure to be hashed.
/// </summary>
/// <remarks>
/// Source: github.com/facebook/ThreatExchange, pdq/cpp (hashing/pdqhashing.cpp, downscaling/downscaling.cpp), as
/// compiled for x86-64 without fused multiply-add. For the same pixels the hash and the quality are those of
/// pdqHash256FromFloatLuma, and the other positions those of pdqDihedralHash256esFromFloatLuma, to the last bit, for
/// flat and symmetric pictures too. (At 64 x 64 pixels the two functions there differ, the second filters what the
/// first takes as it is; all positions here follow the first.)
/// </remarks>
public static class Pdq
{
    /// <summary>Hashes of a lower quality say nothing and are never matched (ThreatExchange, pdq/README.md).</summary>
    public const int MinimumMatchQuality = 50;

    /// <summary>Largest distance in bits at which two hashes are taken for the same picture (ibid.).</summary>
    public const int MatchDistance = 31;

    /// <summary>Pictures with a shorter side have the hash 0 and the quality 0, as in the reference.</summary>
    public const int MinimumSidePx = 5;

    /// <summary>Hashes one picture in its eight positions.</summary>
    /// <param name="rgb">Interleaved 8-bit sRGB, row-major, no padding, 3 x width x height.</param>
    /// <param name="widthPx">Pixels across, at least 1.</param>
    /// <param name="heightPx">Pixels down, at least 1.</param>
    /// <returns>The hashes, and the quality from 0 (flat) to 100.</returns>
    /// <exception cref="ArgumentException">The span does not hold that many pixels.</exception>
    public static (PdqDihedral Hashes, int Quality) Compute(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        using var planes = BrightnessPlanes.From(rgb, widthPx, heightPx);
        return FromLuma(planes.Luma, widthPx, heightPx);
    }

    /// <summary>Hashes a padded luma plane (see <see cref="JaroszFilter.Decimate"/>), which is overwritten.</summary>
    internal static (PdqDihedral Hashes, int Quality) FromLuma(Span<float> luma, int widthPx, int heightPx)
    {
        if (widthPx < MinimumSidePx || heightPx < MinimumSidePx)
        {
            return default;
        }

        const int Cells = JaroszFilter.Cells;
        var rented = ArrayPool<float>.Shared.Rent(Cells * Cells);
        var cells = rented.AsSpan(0, Cells * Cells);
        Span<float> coefficients = stackalloc float[PdqTransform.Kept * PdqTransform.Kept];
        if (widthPx == Cells && heightPx == Cells)
        {
            luma.CopyTo(cells);
        }
        else
        {
            JaroszFilter.Decimate(luma, widthPx, heightPx, cells);
        }

        PdqTransform.Run(cells, coefficients);
        var quality = Quality(cells);
        ArrayPool<float>.Shared.Return(rented);
        return (PdqBits.Dihedral(coefficients), quality);
    }

    /// <summary>Adds up the steps between neighbouring cells, each in whole percent of the range so that faint ones
    /// count nothing; 9,000 percent and more is the quality 100.</summary>
    static int Quality(ReadOnlySpan<float> cells)
    {
        const int Cells = JaroszFilter.Cells;
        var sum = 0;
        for (var i = 0; i < cells.Length; i++)
        {
            if (i + Cells < cells.Length)
            {
                sum += Step(cells[i], cells[i + Cells]);
            }

            if (i % Cells != Cells - 1)
            {
                sum += Step(cells[i], cells[i + 1]);
            }
        }

        return Math.Min(100, sum / 90);
    }

    static int Step(float from, float to) => Math.Abs((int)((from - to) * 100 / 255));
}
