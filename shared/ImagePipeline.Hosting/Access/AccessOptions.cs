namespace ImagePipeline.Hosting.Access;

/// <summary>Who may write, section <c>Access</c>. Without any key or authority the service is open, and then only starts on loopback.</summary>
public sealed record AccessOptions
{
    /// <summary>API keys, sent in the header <c>X-Api-Key</c>. Several may hold at once, so that one can be replaced while the other is
    /// still in use. Default none.</summary>
    public IReadOnlyList<AccessKey> Keys { get; init; } = [];

    /// <summary>Issuer of bearer tokens: the address below which <c>/.well-known/openid-configuration</c> lies. Default none.</summary>
    public string? OidcAuthority { get; init; }

    /// <summary>The audience that a token must be for; needed with <see cref="OidcAuthority"/>.</summary>
    public string? OidcAudience { get; init; }

    internal bool IsOpen => Keys.Count == 0 && string.IsNullOrEmpty(OidcAuthority);
}

/// <summary>An API key. The service needs only its hash.</summary>
public sealed record AccessKey
{
    /// <summary>Whose key it is; shown in logs.</summary>
    public string Name { get; init; } = "";

    /// <summary>SHA-256 of the key, 64 hexadecimal digits: <c>printf %s "$key" | sha256sum</c>.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The key itself, in place of <see cref="Sha256"/>; at least 16 characters.</summary>
    public string? Key { get; init; }
}

/// <summary>The service may not start with the access that is configured; the message says what to do.</summary>
public sealed class AccessException(string message) : System.ComponentModel.DataAnnotations.ValidationException(message);
