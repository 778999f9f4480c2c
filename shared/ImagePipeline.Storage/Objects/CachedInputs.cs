using System.Security.Cryptography;

namespace ImagePipeline.Storage.Objects;

/// <summary>
/// Inputs of models that a service makes along the way and another of the same machine needs, so that a picture is decoded once for both.
/// Who needs them says so, by a shape in words; who can make them looks what is wanted.
/// </summary>
/// <param name="cache">What the services of this machine leave each other.</param>
public sealed class CachedInputs(MachineCache cache)
{
    const string Prefix = "input-";

    /// <summary>Says that inputs of this shape are wanted on this machine, for the next hour.</summary>
    /// <param name="shape">Small letters, digits and hyphens.</param>
    public void Want(string shape) => cache.Want(Prefix + shape);

    /// <summary>Shapes that are wanted.</summary>
    public string[] Wanted() => [.. cache.Wanted(Prefix).Select(kind => kind[Prefix.Length..])];

    /// <summary>Leaves an input.</summary>
    public void Put(string shape, Guid imageId, ReadOnlySpan<byte> pixels)
    {
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(pixels, sha256);
        cache.Put(Prefix + shape, imageId, pixels, sha256);
    }

    /// <summary>Finds an input.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="imageId">The image.</param>
    /// <param name="length">Bytes that it has.</param>
    /// <returns>The input in the first <paramref name="length"/> bytes, or null.</returns>
    public ObjectBytes? Read(string shape, Guid imageId, int length) => cache.Read(Prefix + shape, imageId, bytes =>
    {
        if (bytes.Length != length + SHA256.HashSizeInBytes)
        {
            return false;
        }

        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..length], sha256);
        return sha256.SequenceEqual(bytes[length..]);
    });
}
