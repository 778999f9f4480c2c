using System.ComponentModel.DataAnnotations;

namespace ImagePipeline.Hosting.Broker;

/// <summary>The broker of a fleet, section <c>RabbitMq</c>.</summary>
public sealed record RabbitMqOptions
{
    /// <summary>Environment variable of <see cref="Uri"/>.</summary>
    public const string UriVariable = "IMAGEPIPELINE_RABBITMQ";

    /// <summary>Environment variable of <see cref="Management"/>.</summary>
    public const string ManagementVariable = "IMAGEPIPELINE_RABBITMQ_MANAGEMENT";

    /// <summary>Broker, user and virtual host: <c>amqp://user:password@host:port/vhost</c>, or <c>amqps</c>. Default none.</summary>
    public string? Uri { get; init; }

    /// <summary>The broker's management API, <c>http://user:password@host:port</c>. Default none: <c>queues</c> then shows what is ready
    /// and not what is at work.</summary>
    public string? Management { get; init; }

    /// <summary>How often a message is delivered before it counts as one that kills its consumer and goes to the dead letters.
    /// Default 20: every restart of a service gives back what it had fetched, which counts too.</summary>
    [Range(1, 1000)]
    public int DeliveryLimit { get; init; } = 20;

    /// <summary>Members of a quorum queue where the broker is a cluster. Default 3; a single node makes the one it can.</summary>
    [Range(1, 9)]
    public int QuorumMembers { get; init; } = 3;
}
