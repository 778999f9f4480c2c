using MassTransit;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Hosting.Broker;

/// <summary>Tells the broker's faults from those of our own.</summary>
public static class BrokerFault
{
    /// <summary>True where a message could not be sent because the broker is away or broke off, which says nothing about the message.</summary>
    public static bool Is(Exception fault) => fault is MassTransitException or RabbitMQClientException;
}
