using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Broker;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RabbitMQ.Client;

namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>The bus of a service that consumes nothing, to publish on; and the bare broker beneath, for what no bus would send.</summary>
sealed class FleetBus : IAsyncDisposable
{
    const int Chunk = 256;

    readonly RabbitMqOptions _broker;
    readonly IHost _host;

    FleetBus(RabbitMqOptions broker, IHost host) => (_broker, _host) = (broker, host);

    public static async Task<FleetBus> StartAsync(RabbitMqOptions broker)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddPipelineBus(broker, TimeSpan.FromSeconds(5), _ => { });
        var host = builder.Build();
        await host.StartAsync();
        return new FleetBus(broker, host);
    }

    public async Task PublishAsync<T>(IEnumerable<T> messages)
        where T : class
    {
        foreach (var chunk in messages.Chunk(Chunk))
        {
            await _host.Services.GetRequiredService<IBus>().PublishBatch(chunk);
        }
    }

    /// <summary>Puts bytes into a queue as they are.</summary>
    public async Task PutAsync(string queue, byte[] body)
    {
        var factory = new ConnectionFactory { Uri = new Uri(_broker.Uri!) };
        await using var connection = await factory.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        await channel.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json", Persistent = true }, body);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
