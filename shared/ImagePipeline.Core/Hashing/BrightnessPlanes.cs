using System.Buffers;

namespace ImagePipeline.Core.Hashing;

/// <summary>The two brightness planes of one picture, in pooled memory: see <see cref="LumaRow"/>.</summary>
readonly ref struct BrightnessPlanes : IDisposable
{
    readonly short[] _grey;
    readonly float[] _luma;

    BrightnessPlanes(int widthPx, int heightPx)
    {
        var greyLength = LanczosResampler.BufferLength(widthPx, heightPx);
        var lumaLength = checked(JaroszFilter.Padded(widthPx) * JaroszFilter.Padded(heightPx));
        _grey = ArrayPool<short>.Shared.Rent(greyLength);
        _luma = ArrayPool<float>.Shared.Rent(lumaLength);
        Grey = _grey.AsSpan(0, greyLength);
        Luma = _luma.AsSpan(0, lumaLength);
    }

    /// <summary>Grey levels, row-major, no padding between rows, then what <see cref="LanczosResampler"/> may read
    /// beyond.</summary>
    public Span<short> Grey { get; }

    /// <summary>PDQ's luma, row-major, both sides padded with zeros to whole strips of <see
    /// cref="JaroszFilter"/>.</summary>
    public Span<float> Luma { get; }

    /// <summary>Converts a picture.</summary>
    /// <exception cref="ArgumentException">The span does not hold width x height pixels of 3 bytes.</exception>
    public static BrightnessPlanes From(ReadOnlySpan<byte> rgb, int widthPx, int heightPx)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(widthPx, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(heightPx, 1);
        if (rgb.Length != 3L * widthPx * heightPx)
        {
            throw new ArgumentException(
                $"{widthPx} x {heightPx} pixels are {3L * widthPx * heightPx} bytes, not {rgb.Length}.", nameof(rgb));
        }

        var planes = new BrightnessPlanes(widthPx, heightPx);
        var stride = JaroszFilter.Padded(widthPx);
        for (var y = 0; y < heightPx; y++)
        {
            LumaRow.Split(
                rgb.Slice(3 * widthPx * y, 3 * widthPx),
                planes.Grey.Slice(widthPx * y, widthPx),
                planes.Luma.Slice(stride * y, stride));
        }

        planes.Luma[(stride * heightPx)..].Clear();
        return planes;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        ArrayPool<short>.Shared.Return(_grey);
        ArrayPool<float>.Shared.Return(_luma);
    }
}
