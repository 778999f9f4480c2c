using System.Net;
using System.Security.Cryptography;
using ImagePipeline.Hosting.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Services.Tests.Http;

/// <summary>Who is let in: keys and tokens, against a real server on loopback.</summary>
public sealed class Access : IAsyncLifetime
{
    const string Key = "0123456789abcdef-first";
    const string OtherKey = "fedcba9876543210-second";

    readonly List<WebApplication> _apps = [];
    readonly HttpClient _client = new();
    Authority _authority = null!;

    public async ValueTask InitializeAsync() => _authority = await Authority.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await _authority.DisposeAsync();
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("0123456789abcdef-wrong", HttpStatusCode.Unauthorized)]
    [InlineData("0123456789ABCDEF-FIRST", HttpStatusCode.Unauthorized)]
    [InlineData(Key, HttpStatusCode.OK)]
    [InlineData(OtherKey, HttpStatusCode.OK)]
    public async Task Any_of_the_configured_keys_opens(string? key, HttpStatusCode expected)
    {
        var url = await StartAsync(Keys());

        Assert.Equal(expected, await SendAsync(HttpMethod.Post, url, key is null ? [] : [("X-Api-Key", key)]));
    }

    [Fact]
    public async Task Two_keys_at_once_are_none()
    {
        var url = await StartAsync(Keys());

        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, url, [("X-Api-Key", Key), ("X-Api-Key", OtherKey)]));
    }

    [Fact]
    public async Task Reading_is_free_on_loopback_and_not_beyond()
    {
        var local = await StartAsync(Keys());
        var open = await StartAsync(Keys(), reachable: "http://0.0.0.0:80");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, local, []));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Get, open, []));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Get, open, [("X-Api-Key", Key)]));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8080")]
    [InlineData("http://*:8080")]
    [InlineData("http://+:8080")]
    [InlineData("http://[::]:8080")]
    [InlineData("http://images.example:8080")]
    [InlineData("http://127.0.0.1:8080;http://10.0.0.1:8080")]
    public void An_open_service_that_others_reach_does_not_start(string url)
    {
        var fault = Assert.Throws<AccessException>(() => Builder([]).AddPipelineAccess(url));

        Assert.Contains("Access__Keys__0__Sha256", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080")]
    [InlineData("http://localhost:8080;http://[::1]:8080")]
    public void An_open_service_on_loopback_does(string url) => Builder([]).AddPipelineAccess(url);

    [Theory]
    [InlineData("Keys:0:Key", "0123456789abcdef", "no Name")]
    [InlineData("Keys:0:Name", "client", "either Sha256 or Key")]
    [InlineData("Keys:0:Sha256", "abc", "no Name")]
    [InlineData("OidcAuthority", "https://issuer.example", "OidcAudience")]
    public void Half_a_configuration_is_refused(string key, string value, string says)
    {
        var fault = Assert.Throws<AccessException>(
            () => Builder([($"Access:{key}", value)]).AddPipelineAccess("http://127.0.0.1:8080"));

        Assert.Contains(says, fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("")]
    public void A_short_key_is_refused(string key) => Assert.Throws<AccessException>(() => Builder(
        [("Access:Keys:0:Name", "client"), ("Access:Keys:0:Key", key)]).AddPipelineAccess("http://127.0.0.1:8080"));

    [Fact]
    public async Task A_page_in_the_browser_cannot_use_an_open_service()
    {
        var url = await StartAsync([]);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, url, []));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, url, [("Origin", url)]));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Post, url, [("Origin", "https://evil.example")]));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Post, url, [("Origin", "null")]));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Post, url, [("Host", "rebound.example")]));
    }

    [Theory]
    [InlineData(Authority.Fault.None, HttpStatusCode.OK)]
    [InlineData(Authority.Fault.Expired, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.NotYetValid, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.WrongAudience, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.WrongIssuer, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.WrongKey, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.NoSignature, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.SharedSecret, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.Altered, HttpStatusCode.Unauthorized)]
    [InlineData(Authority.Fault.WithoutExpiry, HttpStatusCode.Unauthorized)]
    public async Task A_token_counts_only_if_all_of_it_is_right(Authority.Fault fault, HttpStatusCode expected)
    {
        var url = await StartAsync([("Access:OidcAuthority", _authority.Url), ("Access:OidcAudience", "imagepipeline")]);

        Assert.Equal(expected, await SendAsync(HttpMethod.Post, url, [("Authorization", "Bearer " + _authority.Token(fault))]));
    }

    [Fact]
    public async Task Keys_and_tokens_hold_side_by_side()
    {
        var url = await StartAsync(
            [.. Keys(), ("Access:OidcAuthority", _authority.Url), ("Access:OidcAudience", "imagepipeline")]);

        Assert.Equal(HttpStatusCode.OK, await SendAsync(HttpMethod.Post, url, [("X-Api-Key", Key)]));
        Assert.Equal(
            HttpStatusCode.OK, await SendAsync(HttpMethod.Post, url, [("Authorization", "Bearer " + _authority.Token(Authority.Fault.None))]));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(HttpMethod.Post, url, []));
    }

    static (string, string)[] Keys() =>
    [
        ("Access:Keys:0:Name", "first"),
        ("Access:Keys:0:Sha256", Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Key)))),
        ("Access:Keys:1:Name", "second"), ("Access:Keys:1:Key", OtherKey),
    ];

    static WebApplicationBuilder Builder((string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.Configuration.AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        return builder;
    }

    async Task<string> StartAsync((string, string)[] settings, string reachable = "http://127.0.0.1:80")
    {
        var builder = Builder(settings);
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.AddPipelineAccess(reachable);
        var app = builder.Build();
        _apps.Add(app);
        app.UseRouting();
        app.UsePipelineAccess();
        app.UseEndpoints(_ => { });
        app.MapPost("/", () => "written").RequireAuthorization(PipelineAccess.Write);
        app.MapGet("/", () => "read").RequireAuthorization(PipelineAccess.Read);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
    }

    async Task<HttpStatusCode> SendAsync(HttpMethod method, string url, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
