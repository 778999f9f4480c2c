using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace ImagePipeline.Hosting.Access;

/// <summary>
/// Who may call the API: anyone on loopback where nothing is configured, else holders of a key or token. A service that others can
/// reach does not start open.
/// </summary>
public static class PipelineAccess
{
    /// <summary>Policy of requests that change something.</summary>
    public const string Write = "write";

    /// <summary>Policy of requests that only look; open to all where the service is reachable from this machine alone.</summary>
    public const string Read = "read";

    const string AnyScheme = "KeyOrToken";

    // Both clocks of a token are expected to be set; the default of five minutes is generous.
    static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Adds authentication and the two policies.</summary>
    /// <param name="builder">The service.</param>
    /// <param name="url">The addresses it listens on, parted by semicolons.</param>
    /// <exception cref="AccessException">The service would be open to others, or the access is wrongly configured.</exception>
    public static void AddPipelineAccess(this WebApplicationBuilder builder, string url)
    {
        var options = builder.Configuration.GetSection("Access").Get<AccessOptions>() ?? new();
        var isLocal = url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).All(IsLoopback);
        Check(options, isLocal, url);

        builder.Services.AddSingleton(new ApiKeys(options.Keys)).AddSingleton(options);
        var schemes = builder.Services.AddAuthentication(AnyScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, null)
            .AddPolicyScheme(AnyScheme, null, scheme => scheme.ForwardDefaultSelector = context =>
                !string.IsNullOrEmpty(options.OidcAuthority) && !context.Request.Headers.ContainsKey(ApiKeyHandler.Header)
                    ? JwtBearerDefaults.AuthenticationScheme
                    : ApiKeyHandler.SchemeName);
        if (!string.IsNullOrEmpty(options.OidcAuthority))
        {
            schemes.AddJwtBearer(bearer => Configure(bearer, options));
        }

        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Write, policy => Allow(policy, isFree: options.IsOpen))
            .AddPolicy(Read, policy => AllowReading(policy, isLocal));
    }

    /// <summary>Puts the checks before the endpoints.</summary>
    public static WebApplication UsePipelineAccess(this WebApplication app)
    {
        if (app.Services.GetRequiredService<AccessOptions>().IsOpen)
        {
            app.Use(RefuseStrangersAsync);
        }

        app.UseAuthentication();
        app.UseAuthorization();
        return app;
    }

    /// <summary>Whether only this machine reaches an address such as <c>http://127.0.0.1:8080</c>.</summary>
    internal static bool IsLoopback(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var uri) && IsLoopbackHost(uri.Host);

    static bool IsLoopbackHost(string host) => host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    static void Check(AccessOptions options, bool isLocal, string url)
    {
        if (options.IsOpen && !isLocal)
        {
            throw new AccessException(
                $"this service would listen on {url} and take writes from anyone. Configure a key (Access__Keys__0__Name and "
                + "Access__Keys__0__Sha256, see docs/api.md) or Access__OidcAuthority, or listen on loopback (Http__Url=http://127.0.0.1:8080).");
        }

        if (!string.IsNullOrEmpty(options.OidcAuthority) && string.IsNullOrEmpty(options.OidcAudience))
        {
            throw new AccessException("Access:OidcAuthority needs Access:OidcAudience: without it, a token for any other service would do.");
        }

        if (options.OidcAuthority is { Length: > 0 } authority && !IsLoopback(authority)
            && !authority.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new AccessException($"Access:OidcAuthority must begin with https:// ('{authority}').");
        }
    }

    static void Allow(AuthorizationPolicyBuilder policy, bool isFree)
    {
        if (isFree)
        {
            policy.RequireAssertion(_ => true);
        }
        else
        {
            policy.RequireAuthenticatedUser();
        }
    }

    // Free for who speaks to this machine by its own name. A foreign name that resolves to loopback is a page of a stranger in this
    // machine's browser, or a proxy that lets the world in: both need a key or token, if there are any.
    static void AllowReading(AuthorizationPolicyBuilder policy, bool isLocal) => policy.RequireAssertion(context =>
        context.User.Identity is { IsAuthenticated: true }
        || (isLocal && context.Resource is HttpContext http && IsLoopbackHost(http.Request.Host.Host)));

    static void Configure(JwtBearerOptions bearer, AccessOptions options)
    {
        bearer.Authority = options.OidcAuthority;
        bearer.RequireHttpsMetadata = !IsLoopback(options.OidcAuthority!);
        bearer.MapInboundClaims = false;
        bearer.TokenValidationParameters = new TokenValidationParameters
        {
            ValidAudience = options.OidcAudience,
            ValidateAudience = true,
            ValidateIssuer = true,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            // Asymmetric ones alone: with a shared secret, whoever can check a token can make one.
            ValidAlgorithms =
            [
                SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
                SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
                SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, SecurityAlgorithms.EcdsaSha512,
            ],
            ClockSkew = ClockSkew,
            NameClaimType = "sub",
        };
    }

    // An open service on loopback is still reachable by pages in this machine's browser: a foreign page may post a form to it, and a
    // foreign name may be made to resolve to it. Browsers say where a request comes from; following a link to here is all that a foreign
    // page may cause.
    static Task RefuseStrangersAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var origin = request.Headers.Origin.ToString();
        var isForeign = request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
            && !(HttpMethods.IsGet(request.Method) && request.Headers["Sec-Fetch-Mode"] == "navigate"
                && request.Headers["Sec-Fetch-Dest"] == "document");
        if (IsLoopbackHost(request.Host.Host) && !isForeign && (origin.Length == 0 || origin == $"{request.Scheme}://{request.Host}"))
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}
