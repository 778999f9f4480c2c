using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Hosting.Broker;

/// <summary>Tells which queues people paused.</summary>
public delegate Task<IReadOnlySet<string>> PausedQueues(CancellationToken cancel);

/// <summary>
/// Stops fetching from queues that people paused, and goes on when they are resumed. Batches at work are ended, what was only fetched goes
/// back; no message is lost by it. Not knowing (the database is away) changes nothing.
/// </summary>
public sealed class QueueGate(PausedQueues paused, ILogger<QueueGate> log, TimeProvider time) : BackgroundService, IReceiveEndpointObserver
{
    static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, IReceiveEndpoint> _endpoints = new(StringComparer.Ordinal);
    readonly HashSet<string> _stopped = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task Ready(ReceiveEndpointReady ready)
    {
        _endpoints[ready.InputAddress.Segments[^1]] = ready.ReceiveEndpoint;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Stopping(ReceiveEndpointStopping stopping) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Completed(ReceiveEndpointCompleted completed) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task Faulted(ReceiveEndpointFaulted faulted) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await FollowAsync(await paused(stoppingToken), stoppingToken);
            }
#pragma warning disable CA1031 // Whatever is wrong with the database or the broker, the next round asks again.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.PausingUnknown(fault.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task FollowAsync(IReadOnlySet<string> wanted, CancellationToken cancel)
    {
        foreach (var (queue, endpoint) in _endpoints)
        {
            if (wanted.Contains(queue) && _stopped.Add(queue))
            {
                log.Paused(queue);
                await endpoint.Stop(cancel);
            }
            else if (!wanted.Contains(queue) && _stopped.Remove(queue))
            {
                log.Resumed(queue);
                await endpoint.Start(cancel).Ready;
            }
        }
    }
}
