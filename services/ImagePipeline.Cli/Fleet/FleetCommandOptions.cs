using System.CommandLine;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.Configuration;

namespace ImagePipeline.Cli.Fleet;

/// <summary>What commands need to work beside the services of a fleet.</summary>
static class FleetCommandOptions
{
    public static readonly Option<string?> Broker = new("--rabbitmq")
    {
        Description = $"Broker of the fleet, amqp://user:password@host:port/vhost [default: ${RabbitMqOptions.UriVariable}].",
        HelpName = "amqp://…",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(RabbitMqOptions.UriVariable),
    };

    /// <summary>The broker that the command line names, or null.</summary>
    /// <exception cref="UsageException">It is no address of one.</exception>
    public static RabbitMqOptions? ReadBroker(ParseResult parsed)
    {
        if (parsed.GetValue(Broker) is not { Length: > 0 } address)
        {
            return null;
        }

        // The address itself may hold a password and is not repeated.
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? new RabbitMqOptions { Uri = address }
            : throw new UsageException("--rabbitmq takes the address of a broker: amqp://user:password@host:port/vhost.");
    }

    /// <summary>Environment variables, which S3 settings come from (S3__ServiceUrl, …).</summary>
    public static IConfiguration Configuration() => new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary>Folders, and S3 as the environment says.</summary>
    public static ObjectStores Stores() => ObjectStoreRegistration.Open(Configuration());
}
