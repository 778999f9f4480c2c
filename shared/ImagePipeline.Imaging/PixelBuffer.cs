using System.Buffers;

namespace ImagePipeline.Imaging;

/// <summary>Decoded pixels in a pooled buffer: interleaved 8-bit sRGB, row-major, no padding. Dispose it to give the buffer back.</summary>
public sealed class PixelBuffer : IDisposable
{
    byte[]? _buffer;

    internal PixelBuffer(int widthPx, int heightPx)
    {
        (WidthPx, HeightPx) = (widthPx, heightPx);
        _buffer = ArrayPool<byte>.Shared.Rent(checked(widthPx * heightPx * 3));
    }

    /// <summary>Width in pixels.</summary>
    public int WidthPx { get; }

    /// <summary>Height in pixels.</summary>
    public int HeightPx { get; }

    /// <summary>The pixels, 3 × width × height bytes.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlySpan<byte> Rgb => Memory.Span;

    /// <summary>The same, for asynchronous users.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlyMemory<byte> Memory => Writable;

    internal Memory<byte> Writable =>
        (_buffer ?? throw new ObjectDisposedException(nameof(PixelBuffer))).AsMemory(0, WidthPx * HeightPx * 3);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>Decoded pixels, or why there are none.</summary>
/// <param name="Pixels">The pixels, or null. Disposed with the result.</param>
/// <param name="Rejection">The reason where <paramref name="Pixels"/> is null.</param>
public sealed record DecodeResult(PixelBuffer? Pixels, Rejection Rejection) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Pixels?.Dispose();
}
