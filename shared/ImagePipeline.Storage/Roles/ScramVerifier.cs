using System.Security.Cryptography;

namespace ImagePipeline.Storage.Roles;

/// <summary>What PostgreSQL stores of a password. Sent in its place, so that the password stands in no statement and no log of the
/// server. SCRAM-SHA-256 as in RFC 5802 section 3 and RFC 7677; the form is that of pg_authid.rolpassword.</summary>
static class ScramVerifier
{
    const int Iterations = 4096;
    const int SaltBytes = 16;

    /// <summary>The verifier of a password, with a new salt.</summary>
    /// <exception cref="DatabaseException">The password is empty or not printable ASCII, which servers and drivers normalise in
    /// different ways.</exception>
    public static string Of(string role, string password)
    {
        if (password.Length == 0 || password.Any(static letter => letter is < ' ' or > '~'))
        {
            throw new DatabaseException($"The password for the role '{role}' is empty or has other characters than printable ASCII.");
        }
        return Of(password, RandomNumberGenerator.GetBytes(SaltBytes));
    }

    /// <summary>The verifier of a password with a given salt.</summary>
    public static string Of(string password, byte[] salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, Iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
