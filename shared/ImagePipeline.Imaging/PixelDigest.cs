using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ImagePipeline.Imaging;

/// <summary>Digest of a whole decoded picture: equal for two files that show the same pixels.</summary>
/// <param name="Sha256">32 bytes, or null.</param>
/// <param name="Rejection">The reason where <paramref name="Sha256"/> is null.</param>
public readonly record struct PixelDigest(byte[]? Sha256, Rejection Rejection)
{
    /// <summary>Decodes and digests.</summary>
    public static PixelDigest Compute(ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        using var decoded = ImageDecoder.DecodeToFit(bytes, 100_000, limits);
        if (decoded.Pixels is not { } pixels)
        {
            return new(null, decoded.Rejection);
        }

        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(size, pixels.WidthPx);
        BinaryPrimitives.WriteInt32BigEndian(size[4..], pixels.HeightPx);
        sha.AppendData(size);
        sha.AppendData(pixels.Rgb);
        return new(sha.GetHashAndReset(), default);
    }
}
