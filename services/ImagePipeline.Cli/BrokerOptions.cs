using System.CommandLine;
using ImagePipeline.Hosting.Broker;

namespace ImagePipeline.Cli;

/// <summary>Options of the commands that speak to the broker of a fleet.</summary>
static class BrokerOptions
{
    public static readonly Option<string?> RabbitMq = new("--rabbitmq")
    {
        Description = $"The fleet's broker [default: ${RabbitMqOptions.UriVariable}].",
        HelpName = "amqp://…",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(RabbitMqOptions.UriVariable),
        Recursive = true,
    };

    public static readonly Option<string?> Management = new("--rabbitmq-management")
    {
        Description = $"The broker's management API [default: ${RabbitMqOptions.ManagementVariable}].",
        HelpName = "http://…",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(RabbitMqOptions.ManagementVariable),
        Recursive = true,
    };

    /// <summary>The broker that the command line or the environment names.</summary>
    /// <exception cref="UsageException">Neither does, or not with an address.</exception>
    public static RabbitMqOptions Of(ParseResult parsed)
    {
        var broker = parsed.GetValue(RabbitMq);
        if (string.IsNullOrEmpty(broker))
        {
            throw new UsageException(
                $"no broker is named. Set {RabbitMqOptions.UriVariable} or give --rabbitmq amqp://user:password@host:port/vhost.");
        }

        if (!Uri.TryCreate(broker, UriKind.Absolute, out var uri) || uri.Scheme is not ("amqp" or "amqps"))
        {
            throw new UsageException("the broker's address must look like amqp://user:password@host:port/vhost.");
        }

        return new RabbitMqOptions { Uri = broker, Management = parsed.GetValue(Management) };
    }
}
