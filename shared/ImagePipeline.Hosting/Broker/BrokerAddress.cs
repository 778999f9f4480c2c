using RabbitMQ.Client;

namespace ImagePipeline.Hosting.Broker;

/// <summary>Connects to the broker beside the bus, for what the bus has no words for.</summary>
static class BrokerAddress
{
    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Opens a connection.</summary>
    /// <exception cref="BrokerException">The broker is not there or refuses; the message says so, without the password.</exception>
    public static async Task<IConnection> ConnectAsync(RabbitMqOptions options, CancellationToken cancel)
    {
        var address = new Uri(options.Uri!);
        IConnection? connection = null;
        try
        {
            var factory = new ConnectionFactory
            {
                Uri = address,
                AutomaticRecoveryEnabled = false,
                ClientProvidedName = "imagepipeline",
                RequestedConnectionTimeout = Timeout,
                ContinuationTimeout = Timeout,
            };
            connection = await factory.CreateConnectionAsync(cancel);
            // A virtual host that is not there or not this user's is refused only now.
            await (await connection.CreateChannelAsync(cancellationToken: cancel)).DisposeAsync();
            return connection;
        }
        catch (Exception fault) when (fault is RabbitMQ.Client.Exceptions.RabbitMQClientException or TimeoutException or IOException)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }

            throw new BrokerException(
                $"Cannot connect to the broker at {address.Host}:{address.Port}: {(fault.InnerException ?? fault).Message}", fault);
        }
    }

    /// <summary>The virtual host of an address.</summary>
    public static string VirtualHost(string uri) =>
        new Uri(uri).AbsolutePath.TrimStart('/') is { Length: > 0 } name ? Uri.UnescapeDataString(name) : "/";
}

/// <summary>The broker cannot be asked; the message is for people.</summary>
public sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);
