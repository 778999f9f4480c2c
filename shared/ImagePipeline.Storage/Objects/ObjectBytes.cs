using System.Buffers;

namespace ImagePipeline.Storage.Objects;

/// <summary>The bytes of one object in a pooled buffer; dispose it to give the buffer back.</summary>
public sealed class ObjectBytes : IDisposable
{
    byte[]? _buffer;
    readonly int _length;

    internal ObjectBytes(byte[] pooled, int length) => (_buffer, _length) = (pooled, length);

    /// <summary>The object's bytes.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlySpan<byte> Span => (_buffer ?? throw new ObjectDisposedException(nameof(ObjectBytes))).AsSpan(0, _length);

    /// <summary>The same for whoever hands them on asynchronously, before <see cref="Dispose"/>.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was given back.</exception>
    public ReadOnlyMemory<byte> Memory => (_buffer ?? throw new ObjectDisposedException(nameof(ObjectBytes))).AsMemory(0, _length);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
