using System.Data.Common;
using ImagePipeline.Hosting.Broker;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client.Exceptions;

namespace ImagePipeline.Hosting;

/// <summary>The bus of every process: the same consumers over the in-memory transport here, over a broker in a fleet.</summary>
public static class PipelineBus
{
    /// <summary>Batches fetched ahead for every one at work.</summary>
    const int FetchedAhead = 4;

    static readonly TimeSpan[] ShortRetries =
        [TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5)];

    // A restart of the database takes its time, and every batch that gives up meanwhile is some hundred dead letters.
    static readonly TimeSpan[] LongRetries =
        [.. ShortRetries, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)];

    /// <summary>
    /// Adds the in-memory bus with the consumers that <paramref name="register"/> names. Retries are for the world's faults alone
    /// (database, network): a bad image is an answer that the consumers record, and a bug must not run three times.
    /// </summary>
    public static IServiceCollection AddPipelineBus(
        this IServiceCollection services, Action<IBusRegistrationConfigurator> register)
    {
        services.AddBus(ShortRetries, register, bus => bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context)));
        return services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = true;
            host.StartTimeout = TimeSpan.FromSeconds(30);
            host.StopTimeout = TimeSpan.FromSeconds(30);
        });
    }

    /// <summary>
    /// Adds the bus over RabbitMQ. It connects, and connects again, by itself: a process starts and lives without the broker and waits
    /// for it. A queue most of whose messages fail is left alone for a minute, because then it is not the messages.
    /// </summary>
    /// <param name="services">The registration.</param>
    /// <param name="options">The broker.</param>
    /// <param name="drain">How long batches at work may take to end when the process is asked to stop.</param>
    /// <param name="register">Names the consumers.</param>
    public static IServiceCollection AddPipelineBus(
        this IServiceCollection services, RabbitMqOptions options, TimeSpan drain, Action<IBusRegistrationConfigurator> register)
    {
        services.AddBus(LongRetries, register, bus =>
        {
            bus.AddConfigureEndpointsCallback((_, name, endpoint) =>
            {
                if (endpoint is IRabbitMqReceiveEndpointConfigurator queue)
                {
                    queue.Configure(name, options);
                }
            });
            bus.UsingRabbitMq((context, transport) =>
            {
                transport.Host(new Uri(options.Uri!), host => host.PublisherConfirmation = true);
                transport.DeclareStages(options);
                transport.UseKillSwitch(limit => limit
                    .SetActivationThreshold(512).SetTripThreshold(0.5).SetRestartTimeout(TimeSpan.FromMinutes(1)));
                transport.ConfigureEndpoints(context);
            });
        });
        return services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = false;
            host.StopTimeout = drain;
            // What still runs then is given back to the queue instead of being cut off.
            host.ConsumerStopTimeout = drain * 0.8;
        });
    }

    /// <summary>
    /// Registers a batch consumer on a queue of its own. The next batches are fetched while one is at work, since below
    /// <paramref name="images"/> × <paramref name="concurrency"/> messages in flight a batch never fills and waits for its time limit.
    /// </summary>
    /// <param name="bus">The registration.</param>
    /// <param name="queue">Name of the queue.</param>
    /// <param name="images">Messages in a full batch.</param>
    /// <param name="concurrency">Batches at work at the same time.</param>
    public static void AddBatchConsumer<TConsumer>(
        this IBusRegistrationConfigurator bus, string queue, int images, int concurrency)
        where TConsumer : class, IConsumer
    {
        bus.AddConsumer<TConsumer>(consumer => consumer.Options<BatchOptions>(batch => batch
                .SetMessageLimit(images)
                .SetTimeLimit(TimeSpan.FromMilliseconds(100))
                .SetConcurrencyLimit(concurrency)))
            .Endpoint(endpoint =>
            {
                endpoint.Name = queue;
                endpoint.PrefetchCount = FetchedAhead * images * concurrency;
                // Not as many as are fetched: every message wakes all of its readers that wait, in memory and in the broker's client alike.
                endpoint.ConcurrentMessageLimit = images * concurrency;
            });
    }

    static void AddBus(
        this IServiceCollection services, TimeSpan[] retries, Action<IBusRegistrationConfigurator> register,
        Action<IBusRegistrationConfigurator> transport) => services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddConfigureEndpointsCallback((_, _, endpoint) => endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<DbException>(fault => fault.IsTransient);
                retry.Handle<TimeoutException>();
                // A store of images that does not answer; faults of single files never get here.
                retry.Handle<IOException>();
                retry.Handle<ConnectionException>();
                retry.Handle<RabbitMQClientException>();
                retry.Intervals(retries);
            }));
            register(bus);
            transport(bus);
        });
}
