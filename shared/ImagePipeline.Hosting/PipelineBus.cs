using System.Data.Common;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;

namespace ImagePipeline.Hosting;

/// <summary>The bus of every process: the same consumers over the in-memory transport here, over a broker in a fleet.</summary>
public static class PipelineBus
{
    /// <summary>
    /// Adds the in-memory bus with the consumers that <paramref name="register"/> names. Retries are for the world's faults alone
    /// (database, network): a bad image is an answer that the consumers record, and a bug must not run three times.
    /// </summary>
    public static IServiceCollection AddPipelineBus(
        this IServiceCollection services, Action<IBusRegistrationConfigurator> register)
    {
        services.AddMassTransit(bus =>
        {
            bus.DisableUsageTelemetry();
            bus.SetKebabCaseEndpointNameFormatter();
            bus.AddConfigureEndpointsCallback((_, _, endpoint) => endpoint.UseMessageRetry(retry =>
            {
                retry.Handle<DbException>(fault => fault.IsTransient);
                retry.Handle<TimeoutException>();
                // A store of images that does not answer; faults of single files never get here.
                retry.Handle<IOException>();
                retry.Intervals(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
            }));
            register(bus);
            bus.UsingInMemory((context, transport) => transport.ConfigureEndpoints(context));
        });
        services.Configure<MassTransitHostOptions>(host =>
        {
            host.WaitUntilStarted = true;
            host.StartTimeout = TimeSpan.FromSeconds(30);
            host.StopTimeout = TimeSpan.FromSeconds(30);
        });
        return services;
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
                endpoint.PrefetchCount = 4 * images * concurrency;
            });
    }
}
