using System.Diagnostics.CodeAnalysis;

namespace ImagePipeline.Imaging;

/// <summary>
/// Either pixels with the header they came from, or a rejection. Dispose it to give the pixels' memory back.
/// </summary>
public readonly struct DecodeResult : IDisposable
{
    internal DecodeResult(ImageHeader header, PixelBuffer pixels) => (Header, Pixels) = (header, pixels);

    internal DecodeResult(Rejection rejection) => Rejection = rejection;

    /// <summary>The header of the file, or null when rejected.</summary>
    public ImageHeader? Header { get; }

    /// <summary>The pixels, or null when rejected.</summary>
    public PixelBuffer? Pixels { get; }

    /// <summary>The rejection, or null when there are pixels.</summary>
    public Rejection? Rejection { get; }

    /// <summary>Whether there are pixels.</summary>
    [MemberNotNullWhen(true, nameof(Pixels), nameof(Header))]
    [MemberNotNullWhen(false, nameof(Rejection))]
    public bool IsDecoded => Pixels is not null;

    /// <inheritdoc />
    public void Dispose() => Pixels?.Dispose();
}
