using ImagePipeline.Contracts;
using MassTransit;

namespace ImagePipeline.Hosting.Broker;

/// <summary>
/// The queues on the broker: one per stage, replicated, with a limit on deliveries, beside each a queue of dead letters. Every process
/// declares the queues of all stages before it publishes, so that whoever starts first loses nothing; the arguments of a queue
/// cannot be changed later, hence they are the same wherever it is declared.
/// </summary>
static class QueueSettings
{
    // No limit, as far as anybody lists and replays dead letters; newer brokers have one where none is given.
    const int Unlimited = 1_000_000;

    /// <summary>Declares, for each message, the queues that take it.</summary>
    public static void DeclareStages(this IRabbitMqBusFactoryConfigurator bus, RabbitMqOptions options)
    {
        bus.Declare<ImageIngested>([QueueName.Hash, QueueName.Embed], options);
        bus.Declare<ImageHashed>([QueueName.RelateHashes], options);
        bus.Declare<ImageEmbedded>([QueueName.RelateVectors, QueueName.Assign], options);
        bus.Declare<ComputeClusters>([QueueName.Compute], options);
        bus.DeployPublishTopology = true;
        // What no consumer takes would else lie in a queue of its own that nobody looks at.
        bus.SendTopology.DeadLetterQueueNameFormatter = new AmongDeadLetters();
        bus.SendTopology.ConfigureErrorSettings = ConfigureDeadLetters;
        bus.SendTopology.ConfigureDeadLetterSettings = ConfigureDeadLetters;
    }

    /// <summary>Declares the queue of an endpoint and that of its dead letters.</summary>
    public static void Configure(this IRabbitMqReceiveEndpointConfigurator endpoint, string queue, RabbitMqOptions options)
    {
        Configure((IRabbitMqQueueConfigurator)endpoint, queue, options);
        // A message that was delivered too often goes where those go that failed.
        endpoint.BindDeadLetterQueue(QueueName.DeadLetters(queue), QueueName.DeadLetters(queue), ConfigureDeadLetters);
    }

    static void Declare<T>(this IRabbitMqBusFactoryConfigurator bus, string[] queues, RabbitMqOptions options)
        where T : class => bus.Publish<T>(message =>
        {
            foreach (var queue in queues)
            {
                // From the message, and from the queue's own exchange, which is what is sent to. A message that comes to a queue by
                // both ways, once its consumers have bound them, is there once.
                message.BindQueue($"{typeof(T).Namespace}:{typeof(T).Name}", queue, it => Configure(it, queue, options));
                message.BindQueue(queue, queue, it => Configure(it, queue, options));
            }
        });

    static void Configure(IRabbitMqQueueConfigurator queue, string name, RabbitMqOptions options)
    {
        queue.Durable = true;
        queue.SetQuorumQueue(options.QuorumMembers);
        queue.SetQueueArgument("x-delivery-limit", options.DeliveryLimit);
        queue.SetQueueArgument("x-dead-letter-exchange", QueueName.DeadLetters(name));
        // The broker keeps the message until the dead letters have it; that needs a queue that refuses rather than drops.
        queue.SetQueueArgument("x-dead-letter-strategy", "at-least-once");
        queue.SetQueueArgument("x-overflow", "reject-publish");
    }

    static void ConfigureDeadLetters(IRabbitMqQueueBindingConfigurator queue)
    {
        queue.Durable = true;
        // The bus begins with the arguments of the stage's queue, which are not those of this one.
        foreach (var ofStage in (string[])
            ["x-dead-letter-exchange", "x-dead-letter-strategy", "x-overflow", "x-quorum-initial-group-size"])
        {
            queue.SetQueueArgument(ofStage, (object?)null);
        }

        queue.SetQueueArgument("x-queue-type", "quorum");
        queue.SetQueueArgument("x-delivery-limit", Unlimited);
    }

    sealed class AmongDeadLetters : IDeadLetterQueueNameFormatter
    {
        public string FormatDeadLetterQueueName(string queueName) => QueueName.DeadLetters(queueName);
    }
}
