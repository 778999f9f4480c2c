using System.Security.Cryptography;
using System.Text;

namespace ImagePipeline.Hosting.Access;

/// <summary>The configured keys as hashes.</summary>
sealed class ApiKeys
{
    const int ShortestKey = 16;

    readonly (string Name, byte[] Sha256)[] _keys;

    public ApiKeys(IReadOnlyList<AccessKey> keys) => _keys = [.. keys.Select((key, at) => (key.Name, HashOf(key, at)))];

    /// <summary>The name of the key that was presented, or null. Takes the same time for every wrong key.</summary>
    public string? NameOf(string presented)
    {
        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), sha256);
        string? name = null;
        foreach (var key in _keys)
        {
            name = CryptographicOperations.FixedTimeEquals(sha256, key.Sha256) ? key.Name : name;
        }

        return name;
    }

    static byte[] HashOf(AccessKey key, int at)
    {
        var where = $"Access:Keys:{at}";
        if (string.IsNullOrWhiteSpace(key.Name))
        {
            throw new AccessException($"{where} has no Name. Give it one, such as the name of the client.");
        }

        return (key.Sha256, key.Key) switch
        {
            ({ } hash, null) when hash.Length == 64 && hash.All(char.IsAsciiHexDigit) => Convert.FromHexString(hash),
            ({ }, null) => throw new AccessException(
                $"{where} ({key.Name}): Sha256 must be 64 hexadecimal digits. Make it with: printf %s \"$key\" | sha256sum"),
            (null, { Length: >= ShortestKey } plain) => SHA256.HashData(Encoding.UTF8.GetBytes(plain)),
            (null, { }) => throw new AccessException(
                $"{where} ({key.Name}): Key is shorter than {ShortestKey} characters. Make one with: openssl rand -hex 32"),
            _ => throw new AccessException($"{where} ({key.Name}) must have either Sha256 or Key."),
        };
    }
}
