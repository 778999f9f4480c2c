using System.Buffers;

namespace ImagePipeline.Imaging;

/// <summary>
/// Decoded pixels in rented memory: sRGB, 8 bits, interleaved, row-major, height x width x <see cref="Channels"/>.
/// </summary>
/// <remarks>Dispose it to give the memory back; its spans must not be used afterwards.</remarks>
public sealed class PixelBuffer : IDisposable
{
    byte[]? _rented;
    readonly int _length;

    internal PixelBuffer(int widthPx, int heightPx, int channels)
    {
        (WidthPx, HeightPx, Channels) = (widthPx, heightPx, channels);
        _length = checked(widthPx * heightPx * channels);
        _rented = ArrayPool<byte>.Shared.Rent(_length);
    }

    /// <summary>Width in pixels, at least 1.</summary>
    public int WidthPx { get; }

    /// <summary>Height in pixels, at least 1.</summary>
    public int HeightPx { get; }

    /// <summary>3 (red, green, blue), or 4 with alpha last, not premultiplied.</summary>
    public int Channels { get; }

    /// <summary>All values, length height x width x channels.</summary>
    /// <exception cref="ObjectDisposedException">The memory has been given back.</exception>
    public ReadOnlySpan<byte> Pixels => Writable;

    /// <summary>All values of a picture without alpha, length height x width x 3.</summary>
    /// <exception cref="InvalidOperationException">The picture has four channels.</exception>
    public ReadOnlySpan<byte> Rgb => Channels == 3
        ? Writable
        : throw new InvalidOperationException($"Expected 3 channels, these pixels have {Channels}.");

    /// <summary>The same as <see cref="Rgb"/>, for asynchronous users.</summary>
    /// <exception cref="InvalidOperationException">The picture has four channels.</exception>
    public ReadOnlyMemory<byte> RgbMemory => Rgb.IsEmpty ? default : _rented.AsMemory(0, _length);

    internal Span<byte> Writable
    {
        get
        {
            ObjectDisposedException.ThrowIf(_rented is null, this);
            return _rented.AsSpan(0, _length);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
