using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>A tiny issuer of tokens on loopback: discovery, one public key, and tokens right and wrong.</summary>
public sealed class Authority : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly RSA _rsa = RSA.Create(2048);
    readonly RSA _stranger = RSA.Create(2048);

    Authority(WebApplication app) => _app = app;

    /// <summary>What is wrong with a token.</summary>
    public enum Fault
    {
        None,
        Expired,
        NotYetValid,
        WrongAudience,
        WrongIssuer,
        WrongKey,
        NoSignature,
        SharedSecret,
        Altered,
        WithoutExpiry,
    }

    public string Url { get; private set; } = "";

    public static async Task<Authority> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var authority = new Authority(app);
        app.UseRouting();
        app.UseEndpoints(_ => { });
        app.MapGet("/.well-known/openid-configuration", () => Results.Json(
            new Dictionary<string, object> { ["issuer"] = authority.Url, ["jwks_uri"] = authority.Url + "/keys" }));
        app.MapGet("/keys", () =>
        {
            var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(authority._rsa.ExportParameters(false)) { KeyId = "1" });
            return Results.Json(new { keys = new[] { new { kty = key.Kty, kid = key.Kid, n = key.N, e = key.E, use = "sig", alg = "RS256" } } });
        });
        await app.StartAsync();
        authority.Url = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return authority;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _rsa.Dispose();
        _stranger.Dispose();
    }

    public string Token(Fault fault)
    {
        var now = DateTime.UtcNow;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        var token = handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = fault is Fault.WrongIssuer ? "http://127.0.0.1:1" : Url,
            Audience = fault is Fault.WrongAudience ? "another-service" : "imagepipeline",
            Subject = new ClaimsIdentity([new Claim("sub", "tester")]),
            NotBefore = fault is Fault.NotYetValid ? now.AddMinutes(10) : now.AddMinutes(-20),
            Expires = fault is Fault.Expired ? now.AddMinutes(-10) : fault is Fault.WithoutExpiry ? null : now.AddMinutes(20),
            SigningCredentials = fault switch
            {
                Fault.NoSignature => null,
                Fault.SharedSecret => new SigningCredentials(
                    new SymmetricSecurityKey(_rsa.ExportSubjectPublicKeyInfo()) { KeyId = "1" }, SecurityAlgorithms.HmacSha256),
                _ => new SigningCredentials(
                    new RsaSecurityKey(fault is Fault.WrongKey ? _stranger : _rsa) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
            },
        });
        if (fault is Fault.Altered)
        {
            var parts = token.Split('.');
            var claims = Base64UrlEncoder.Decode(parts[1]).Replace("tester", "master", StringComparison.Ordinal);
            return $"{parts[0]}.{Base64UrlEncoder.Encode(claims)}.{parts[2]}";
        }

        return token;
    }
}
