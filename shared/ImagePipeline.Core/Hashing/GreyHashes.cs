namespace ImagePipeline.Core.Hashing;

/// <summary>The three 64-bit hashes of Python's imagehash, from greys that are already resized.</summary>
/// <remarks>Source: JohannesBuchner/imagehash 4.3.2, imagehash/__init__.py: average_hash, dhash (horizontal) and
/// phash, with hash_size 8 and highfreq_factor 4.</remarks>
static class GreyHashes
{
    /// <summary>Rows and columns of a hash.</summary>
    public const int Edge = 8;

    /// <summary>Which of 8 x 8 greys exceed their mean.</summary>
    public static Hash64 Average(ReadOnlySpan<short> grey8X8)
    {
        var sum = 0;
        foreach (var level in grey8X8)
        {
            sum += level;
        }

        ulong bits = 0;
        foreach (var level in grey8X8)
        {
            bits = (bits << 1) | (level * Edge * Edge > sum ? 1ul : 0);
        }

        return new(bits);
    }

    /// <summary>Which greys, in 8 rows of 9, are followed by a brighter one on their right.</summary>
    public static Hash64 Difference(ReadOnlySpan<short> grey9X8)
    {
        ulong bits = 0;
        for (var i = 0; i < Edge * Edge; i++)
        {
            var at = i + (i / Edge);
            bits = (bits << 1) | (grey9X8[at + 1] > grey9X8[at] ? 1ul : 0);
        }

        return new(bits);
    }

    /// <summary>Which of the 8 x 8 lowest frequencies of 32 x 32 greys, the mean among them, exceed their
    /// median.</summary>
    public static Hash64 Perceptual(ReadOnlySpan<short> grey32X32)
    {
        const int Side = Dct32.Length;
        Span<double> line = stackalloc double[Side];
        Span<double> low = stackalloc double[Edge * Side];
        for (var x = 0; x < Side; x++)
        {
            for (var y = 0; y < Side; y++)
            {
                line[y] = grey32X32[(y * Side) + x];
            }

            Dct32.Run(line);
            for (var y = 0; y < Edge; y++)
            {
                low[(y * Side) + x] = line[y];
            }
        }

        Span<double> corner = stackalloc double[Edge * Edge];
        Span<double> ranked = stackalloc double[Edge * Edge];
        for (var y = 0; y < Edge; y++)
        {
            var row = low.Slice(y * Side, Side);
            Dct32.Run(row);
            row[..Edge].CopyTo(corner[(y * Edge)..]);
        }

        corner.CopyTo(ranked);
        ranked.Sort();
        var median = (ranked[(ranked.Length / 2) - 1] + ranked[ranked.Length / 2]) / 2;
        ulong bits = 0;
        foreach (var coefficient in corner)
        {
            bits = (bits << 1) | (coefficient > median ? 1ul : 0);
        }

        return new(bits);
    }
}
