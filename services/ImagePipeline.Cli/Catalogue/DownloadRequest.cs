using System.Net;

namespace ImagePipeline.Cli.Catalogue;

/// <summary>A file to fetch.</summary>
/// <param name="Address">Where it is: HTTPS, or HTTP on this machine.</param>
/// <param name="Destination">Where it goes; unfinished it is called so with <c>.part</c> behind.</param>
/// <param name="Sha256">Its digest, 64 lower-case hexadecimal digits; null where none is known.</param>
/// <param name="MostBytes">Its greatest size in bytes; what is larger is not fetched.</param>
public sealed record DownloadRequest(Uri Address, string Destination, string? Sha256, long MostBytes)
{
    /// <summary>Whether an address may be fetched from: nobody between may read or change what comes.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps
        || (address.Scheme == Uri.UriSchemeHttp
            && (address.Host == "localhost" || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip))));
}
