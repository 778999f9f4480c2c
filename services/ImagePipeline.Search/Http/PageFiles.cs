using System.Reflection;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace ImagePipeline.Search.Http;

/// <summary>The browser page: plain files inside the assembly, at <c>/</c> and <c>/page/…</c>.</summary>
static class PageFiles
{
    const string Folder = "page/";

    /// <summary>Nothing from elsewhere, nothing inline, no frame around it. Blobs are pictures that are dropped or need
    /// a key.</summary>
    const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    /// <summary>Says of every answer what a browser may do with it.</summary>
    public static Task SecureAsync(HttpContext context, RequestDelegate next)
    {
        // Answers are the moment's; what may be kept says so itself.
        context.Response.Headers.CacheControl = "no-store";
        // At the last moment: whoever answers a fault begins anew, without the headers there were.
        context.Response.OnStarting(static state =>
        {
            var headers = ((HttpContext)state).Response.Headers;
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
            headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        }, context);
        return next(context);
    }

    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = typeof(PageFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var bytes = Read(assembly, name);
            var etag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]}\"");
            routes.MapGet(name == "page/index.html" ? "/" : "/" + name, (HttpContext context) =>
            {
                // Asked for each time, sent only when it changed: a new version is seen at once.
                context.Response.Headers.CacheControl = "no-cache";
                return Results.Bytes(bytes, TypeOf(name), entityTag: etag);
            }).ExcludeFromDescription();
        }
    }

    static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"no media type for {other}"),
    };
}
