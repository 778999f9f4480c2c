using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Services.Tests.Http;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ImagePipeline.Services.Tests.Fleet;

/// <summary>A database of its own on the test servers, and for each test a virtual host and the bus to publish on.</summary>
public sealed class FleetFixture : PipelineFixture
{
    readonly string _name = $"fleet_{Guid.NewGuid():n}";
    string _server = "";
    string? _virtualHost;
    Uri _rabbitMq = null!;
    Uri _management = null!;
    IHost? _host;

    public string Postgres => $"{_server};Database={_name}";

    public RabbitMqOptions Broker { get; private set; } = null!;

    public bool IsAbsent { get; private set; }

    public IBus Bus => _host!.Services.GetRequiredService<IBus>();

    public override async ValueTask InitializeAsync()
    {
        (string Postgres, Uri RabbitMq, Uri Management) servers;
        try
        {
            servers = TestServers.Require();
        }
        catch (Exception skip) when (skip.Message.StartsWith("$XunitDynamicSkip$", StringComparison.Ordinal))
        {
            IsAbsent = true;
            return;
        }

        (_server, _rabbitMq, _management) = servers;
        await TestServers.RunAsync(_server, $"CREATE DATABASE {_name}");
        await base.InitializeAsync();
        await Database.Source.OpenConnectionAsync().AsTask().ContinueWith(opened => opened.Result.DisposeAsync().AsTask()).Unwrap();
    }

    /// <summary>A broker on which nothing is left of another test: services that were killed leave what they had in hand.</summary>
    public async Task ResetBrokerAsync()
    {
        await RemoveBrokerAsync();
        _virtualHost = $"fleet_{Guid.NewGuid():n}";
        Broker = new() { Uri = new Uri(_rabbitMq, "/" + _virtualHost).ToString(), Management = _management.ToString(), DeliveryLimit = 5 };
        await TestServers.ManageAsync(_management, HttpMethod.Put, $"api/vhosts/{_virtualHost}");
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddPipelineBus(Broker, TimeSpan.FromSeconds(5), _ => { });
        _host = builder.Build();
        await _host.StartAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (IsAbsent)
        {
            return;
        }

        await RemoveBrokerAsync();
        await base.DisposeAsync();
        await TestServers.RunAsync(_server, $"DROP DATABASE {_name} WITH (FORCE)");
    }

    /// <summary>Starts a service of the fleet on a free port.</summary>
    public ServiceProcess Start(string name, params (string Key, string Value)[] settings) => ServiceProcess.Start(
        name,
        [
            ("IMAGEPIPELINE_POSTGRES", Postgres), ("IMAGEPIPELINE_RABBITMQ", Broker.Uri!), ("Http__Url", "http://127.0.0.1:0"),
            ("RabbitMq__DeliveryLimit", $"{Broker.DeliveryLimit}"), ("Database__ClientCheck", "00:00:01"),
            .. settings,
        ]);

    /// <summary>Empties a queue as the broker's administrator does.</summary>
    public Task PurgeAsync(string queue) =>
        TestServers.ManageAsync(_management, HttpMethod.Delete, $"api/queues/{_virtualHost}/{queue}/contents");

    async Task RemoveBrokerAsync()
    {
        if (_host is not null)
        {
            await _host.StopAsync();
            _host.Dispose();
            await TestServers.ManageAsync(_management, HttpMethod.Delete, $"api/vhosts/{_virtualHost}");
        }
    }

    protected override Task<Database> OpenAsync() => Database.OpenAsync(new() { ConnectionString = Postgres });
}

[CollectionDefinition(nameof(OnFleet))]
public sealed class OnFleet : ICollectionFixture<FleetFixture>;
