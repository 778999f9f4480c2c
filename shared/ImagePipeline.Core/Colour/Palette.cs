using System.Buffers;

namespace ImagePipeline.Core.Colour;

/// <summary>Finds the main colours of a picture.</summary>
/// <remarks>
/// At most 16,384 pixels on a regular grid are counted in 16 x 16 x 16 cells of sRGB. The most frequent cell is the
/// first colour; further ones are cells that are both frequent and far, in OKLab, from those chosen (count times
/// squared distance). Every cell then goes to its nearest colour, and colours become the means of what went to them,
/// twice; colours nearer than <see cref="MergeDistance"/> are joined. No randomness: the same pixels give the same
/// palette. Costs 0.04 ms on 224 x 224 pixels of smooth shades with some noise, 0.16 ms on pure noise.
/// </remarks>
public static class Palette
{
    /// <summary>Largest number of colours that are found.</summary>
    public const int MaximumColours = 5;

    /// <summary>OKLab distance below which two colours count as one; five times the least that is seen.</summary>
    public const float MergeDistance = 0.1f;

    const int SampledPixels = 16384;
    const int CellCount = 4096;

    static readonly Oklab[] CellColours = [.. Enumerable.Range(0, CellCount).Select(cell =>
        Oklab.FromRgb((byte)((cell >> 8) * 17), (byte)((cell >> 4 & 15) * 17), (byte)((cell & 15) * 17)))];

    /// <summary>Finds up to five main colours.</summary>
    /// <param name="rgb">Pixels, row-major, 3 bytes each (red, green, blue; sRGB): 3 x width x height.</param>
    /// <param name="widthPx">Width in pixels, at least 1.</param>
    /// <param name="heightPx">Height in pixels, at least 1.</param>
    /// <param name="colours">Receives the colours, largest share first; shares sum to 1. Its length bounds
    /// their number, of which more than <see cref="MaximumColours"/> are never used.</param>
    /// <returns>How many colours were written, at least 1.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    public static int Extract(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, Span<PaletteColour> colours)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPx, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heightPx, 1);
        if (rgb.Length != 3L * widthPx * heightPx)
        {
            throw new ArgumentException($"Expected {3L * widthPx * heightPx} bytes, got {rgb.Length}.", nameof(rgb));
        }

        if (colours.IsEmpty)
        {
            throw new ArgumentException("There must be room for at least one colour.", nameof(colours));
        }

        var histogram = ArrayPool<PaletteCell>.Shared.Rent(CellCount);
        try
        {
            var cells = Count(rgb, widthPx, heightPx, histogram.AsSpan(0, CellCount));
            Span<PaletteCell> clusters = new PaletteCell[Math.Min(colours.Length, MaximumColours)];
            return Write(clusters[..PaletteClusters.Gather(cells, clusters)], colours);
        }
        finally
        {
            ArrayPool<PaletteCell>.Shared.Return(histogram);
        }
    }

    /// <summary>Counts sampled pixels, and returns the cells that hold any at the front of the histogram.</summary>
    static Span<PaletteCell> Count(ReadOnlySpan<byte> rgb, int widthPx, int heightPx, Span<PaletteCell> histogram)
    {
        histogram.Clear();
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)widthPx * heightPx / SampledPixels)));
        for (var y = step / 2 % heightPx; y < heightPx; y += step)
        {
            var row = rgb.Slice(y * widthPx * 3, widthPx * 3);
            for (var x = step / 2 % widthPx * 3; x < row.Length; x += step * 3)
            {
                var (r, g, b) = (row[x], row[x + 1], row[x + 2]);
                ref var cell = ref histogram[r >> 4 << 8 | g & 0xF0 | b >> 4];
                cell.Count++;
                cell.R += r;
                cell.G += g;
                cell.B += b;
            }
        }

        var used = 0;
        for (var i = 0; i < CellCount; i++)
        {
            if (histogram[i].Count > 0)
            {
                histogram[used] = histogram[i];
                histogram[used++].Colour = CellColours[i];
            }
        }

        return histogram[..used];
    }

    static int Write(Span<PaletteCell> clusters, Span<PaletteColour> colours)
    {
        clusters.Sort(static (a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : a.Mean.CompareTo(b.Mean));
        var total = 0;
        foreach (ref readonly var cluster in clusters)
        {
            total += cluster.Count;
        }

        for (var i = 0; i < clusters.Length; i++)
        {
            var (r, g, b) = clusters[i].Mean;
            colours[i] = new(r, g, b, (float)clusters[i].Count / total);
        }

        return clusters.Length;
    }
}
