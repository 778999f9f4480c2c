using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Broker;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Ingest;

/// <summary>
/// Looks, in a fleet, for work that the database lacks and the queues do not hold, and sends it again: a page at a time, so many at
/// most in a while, one process at a time. An image that is sent although it is at work is treated twice, which changes nothing. Of several
/// models it looks after the active one, which the embedders are to run.
/// </summary>
public sealed class ReconcilerLoop(
    StageStore stages, ActiveModelStore models, BrokerQueues queues, IBus bus, ReconcilerOptions options, TimeProvider time,
    ILogger<ReconcilerLoop> log) : BackgroundService
{
    const int PageImages = 1000;

    /// <summary>Searches once.</summary>
    /// <returns>Messages sent; 0 also where another process is searching.</returns>
    public async Task<long> RunOnceAsync(CancellationToken cancel)
    {
        await using var alone = await stages.TryReconcileAloneAsync(cancel);
        if (alone is null)
        {
            return 0;
        }

        var depths = (await queues.CountReadyAsync(cancel)).ToDictionary(depth => depth.Queue, depth => depth.Ready ?? 0);
        var sent = await SendAsync(Stages.Hash, QueueName.Hash, Reconciler.Ingested, depths, cancel);
        sent += await SendAsync(Stages.RelateHashes, QueueName.Hash, Reconciler.Ingested, depths, cancel);
        if (await models.FindAsync(cancel) is { } model)
        {
            var embed = Stages.Embed(model.ModelId);
            sent += await SendAsync(embed, QueueName.Embed, Reconciler.Ingested, depths, cancel);
            sent += await SendAsync(
                Stages.RelateVectors(model.ModelId), QueueName.RelateVectors,
                image => new ImageEmbedded { ImageId = image.ImageId, ModelId = model.ModelId }, depths, cancel);
        }

        return sent;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.IntervalSeconds), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (await RunOnceAsync(stoppingToken) is > 0 and var sent)
                {
                    log.SentAgain(sent);
                }
            }
#pragma warning disable CA1031 // Database or broker are away: the next search finds the same work.
            catch (Exception fault) when (fault is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.SearchFailed(fault.Message);
            }
        }
    }

    async Task<long> SendAsync(
        string stage, string queue, Func<ImageLocation, object> message, Dictionary<string, long> ready,
        CancellationToken cancel)
    {
        // What waits in the queue is not lost, and which it is cannot be seen: wait until it is nearly empty.
        if (ready[queue] >= PageImages)
        {
            return 0;
        }

        var endpoint = await bus.GetSendEndpoint(new Uri($"exchange:{queue}"));
        var search = new LostSearch(stage, TimeSpan.FromMinutes(options.AgeMinutes), options.MostTimes);
        var sent = 0L;
        Guid? after = null;
        while (sent < options.MostImages
            && await stages.TakeLostAsync(search, after, (int)Math.Min(PageImages, options.MostImages - sent), cancel)
                is { Count: > 0 } page)
        {
            await BoundedPublish.RunAsync(page, (row, token) => endpoint.Send(message(row), token), cancel);
            sent += page.Count;
            after = page[^1].ImageId;
        }

        return sent;
    }
}
