namespace ImagePipeline.Storage;

/// <summary>Identity is content: an image is named after its bytes.</summary>
public static class ImageIdentity
{
    /// <summary>The first 16 bytes of a SHA-256, as a UUID in the order in which both are written down.</summary>
    /// <exception cref="ArgumentException"><paramref name="sha256"/> has not 32 bytes.</exception>
    public static Guid FromSha256(ReadOnlySpan<byte> sha256) => sha256.Length == 32
        ? new Guid(sha256[..16], bigEndian: true)
        : throw new ArgumentException($"A SHA-256 has 32 bytes, not {sha256.Length}.", nameof(sha256));
}
