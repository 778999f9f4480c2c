using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Hosting.Health;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging.Samples;
using ImagePipeline.Search.Http;
using ImagePipeline.Services.Tests.Clusters;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Services.Tests.Search;

/// <summary>40 drawn files, a collection and clusters made of them, and the search service over it on a free port of loopback. Tests run one after the other
/// and take back what they decide.</summary>
public sealed class SearchHost : PipelineFixture
{
    const int Files = 40;

    readonly string _folder = Directory.CreateTempSubdirectory("ip-search-").FullName;
    readonly List<WebApplication> _apps = [];

    /// <summary>Of the service that is open.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>Where the pictures lie.</summary>
    public string Folder => _folder;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        foreach (var file in SampleFolder.Plan(Files, seed: 11))
        {
            var path = Path.Combine(_folder, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, file.Bytes());
        }

        await RunAsync(_folder);
        using var clusters = new ClusterRig(Database);
        await clusters.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = 5 }, ModelId);
        Client = await StartAsync();
    }

    /// <summary>Starts a service over the same collection, with settings of its own.</summary>
    public Task<HttpClient> StartAsync(params (string Key, string Value)[] settings) => StartAsync(static _ => { }, settings);

    /// <summary>Starts a service that takes itself for a part of a fleet; no broker is there to ask.</summary>
    public Task<HttpClient> StartInFleetAsync() =>
        StartAsync(services => services.AddSingleton(new RabbitMqOptions { Uri = "amqp://127.0.0.1:1" }).AddSingleton<BrokerQueues>(), []);

    async Task<HttpClient> StartAsync(Action<IServiceCollection> add, (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("Http:Url", "http://127.0.0.1:0")).Select(one => KeyValuePair.Create(one.Item1, (string?)one.Item2)));
        builder.Services.AddPipelineTelemetry("tests");
        builder.AddPipelineHealth(0);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddSearchApi();
        builder.Services.AddPipelineStores(Database).AddObjectStores(builder.Configuration);
        add(builder.Services);
        var app = builder.Build();
        _apps.Add(app);
        app.MapPipelineHealth();
        app.MapSearchApi();
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return new HttpClient { BaseAddress = new Uri(address) };
    }

    /// <summary>Patterns of all routes.</summary>
    public IEnumerable<string> Routes => _apps[0].Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        .Select(route => route.RoutePattern.RawText!);

    /// <summary>The answer of a path, which must be 200.</summary>
    public async Task<JsonElement> GetAsync(string path) => await Client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Status and answer of a request with a body.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Answer)> SendAsync(HttpMethod method, string path, HttpContent? content = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Client.SendAsync(request);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>A body of bytes.</summary>
    public static ByteArrayContent Picture(byte[] bytes, string type = "image/jpeg")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    /// <summary>The id of some image.</summary>
    public async Task<string> SomeImageAsync(string query = "") =>
        (await GetAsync($"/v1/images?limit=1{query}")).GetProperty("images")[0].GetProperty("image_id").GetString()!;

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Client.Dispose();
        foreach (var app in _apps)
        {
            await app.DisposeAsync();
        }

        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition(nameof(OnSearchHost))]
public sealed class OnSearchHost : ICollectionFixture<SearchHost>;
