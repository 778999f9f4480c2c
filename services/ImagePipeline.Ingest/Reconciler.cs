using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Ingest;

/// <summary>
/// Reads from the database what is left to do and sends it to the queue of the stage that lacks it. So a lost message, an emptied
/// broker or a killed process costs nothing but time.
/// </summary>
public sealed class Reconciler(StageStore stages, IBus bus, StageLedger ledger)
{
    const int PageImages = 1000;

    /// <summary>Sends images to every stage that has no answer for them, and pauses while more than <paramref name="inFlight"/> wait.</summary>
    /// <param name="modelId">The model in use.</param>
    /// <param name="inFlight">Most images waiting at a stage.</param>
    /// <param name="cancel">Stops the sending.</param>
    /// <returns>Messages sent.</returns>
    public async Task<long> RunAsync(string modelId, int inFlight, CancellationToken cancel)
    {
        var (hash, relateHashes) = (Stages.Hash, Stages.RelateHashes);

        // What lacks its first stage flows on to the second by itself. An image that lacks the second alone is hashed again,
        // because the orientations that the search needs are not stored; its vector is, and need not be computed again.
        var sent = await SendAsync(hash, QueueName.Hash, [hash, relateHashes], Ingested, inFlight, cancel);
        sent += await EmbedAsync(modelId, inFlight, cancel);
        await ledger.WaitForRoomAsync(0, cancel);
        sent += await SendAsync(relateHashes, QueueName.Hash, [hash, relateHashes], Ingested, inFlight, cancel);
        return sent + await CompareAsync(modelId, inFlight, cancel);
    }

    /// <summary>Sends images to the stages of one model alone: those without a vector, then those whose vector was never compared.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="inFlight">Most images waiting at a stage.</param>
    /// <param name="cancel">Stops the sending.</param>
    /// <returns>Messages sent.</returns>
    public async Task<long> RunModelAsync(string modelId, int inFlight, CancellationToken cancel)
    {
        var sent = await EmbedAsync(modelId, inFlight, cancel);
        await ledger.WaitForRoomAsync(0, cancel);
        return sent + await CompareAsync(modelId, inFlight, cancel);
    }

    /// <summary>Sends the vectors of a model that were never compared, and waits for the answers.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="inFlight">Most images waiting at a stage.</param>
    /// <param name="cancel">Stops the sending.</param>
    /// <returns>Messages sent.</returns>
    public async Task<long> CompareAsync(string modelId, int inFlight, CancellationToken cancel)
    {
        var relate = Stages.RelateVectors(modelId);
        var sent = await SendAsync(
            relate, QueueName.RelateVectors, [relate],
            image => new ImageEmbedded { ImageId = image.ImageId, ModelId = modelId }, inFlight, cancel);
        await ledger.WaitForRoomAsync(0, cancel);
        return sent;
    }

    Task<long> EmbedAsync(string modelId, int inFlight, CancellationToken cancel) => SendAsync(
        Stages.Embed(modelId), QueueName.Embed, [Stages.Embed(modelId), Stages.RelateVectors(modelId)], Ingested, inFlight, cancel);

    async Task<long> SendAsync(
        string lacking, string queue, string[] expect, Func<ImageLocation, object> message, int inFlight, CancellationToken cancel)
    {
        var endpoint = await bus.GetSendEndpoint(new Uri($"queue:{queue}"));
        var sent = 0L;
        Guid? after = null;
        while (await stages.PendingAsync(lacking, after, PageImages, cancel) is { Count: > 0 } page)
        {
            foreach (var stage in expect)
            {
                ledger.Expect(stage, page.Count);
            }

            await endpoint.SendBatch(page.Select(message), cancel);
            sent += page.Count;
            after = page[^1].ImageId;
            await ledger.WaitForRoomAsync(inFlight, cancel);
        }

        return sent;
    }

    internal static ImageIngested Ingested(ImageLocation image) => new()
    {
        ImageId = image.ImageId,
        Uri = image.Uri,
        Etag = image.Etag,
        WidthPx = image.WidthPx,
        HeightPx = image.HeightPx,
    };
}
