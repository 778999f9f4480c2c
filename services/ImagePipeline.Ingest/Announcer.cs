using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using MassTransit;

namespace ImagePipeline.Ingest;

/// <summary>Tells the stages of images, and waits while they have enough to do.</summary>
public sealed class Announcer(IBus bus, StageLedger ledger, IngestOptions options)
{
    /// <summary>Name of the listing among the stages.</summary>
    public const string Stage = "ingest";

    /// <summary>Stages of this process that treat an announced image; none where they are other processes, behind a broker.</summary>
    public IReadOnlyList<string> Stages { get; init; } = [];

    /// <summary>Publishes images that are in the database. If the process dies before, the reconciler finds them there.</summary>
    public async Task AnnounceAsync(IReadOnlyCollection<ImageIngested> images, CancellationToken cancel)
    {
        foreach (var stage in Stages)
        {
            ledger.Expect(stage, images.Count);
        }

        if (images.Count > 0)
        {
            await bus.PublishRootsAsync(Stage, images, image => image.ImageId, cancel);
        }

        await ledger.WaitForRoomAsync(options.ImagesInFlight, cancel);
    }
}
