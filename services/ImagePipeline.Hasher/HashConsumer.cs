using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using MassTransit;

namespace ImagePipeline.Hasher;

/// <summary>Decodes each image once, small, and stores every hash and the palette that come out of it.</summary>
public sealed class HashConsumer(
    CachedObjects objects, CachedInputs inputs, HashStore hashes, StageStore stages, StageLedger ledger, StageMetrics metrics, CpuSlots cpu,
    SharedModelInputs shared, ThumbnailStore thumbnails, HashOptions options, ILogger<HashConsumer> log)
    : IConsumer<Batch<ImageIngested>>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Batch<ImageIngested>> context)
    {
        var cancel = context.CancellationToken;
        using var promise = shared.Expect(context.Message.Select(message => message.Message.ImageId));
        var wanted = WantedShapes();
        using var batch = metrics.Begin(Stages.Hash, context.Message, image => image.ImageId);
        var images = await context.ListImagesAsync(stages.KnownAsync, log);
        var outcomes = await StageWork.RunAsync(images, image => image.ImageId, (image, token) => HashAsync(image, wanted, token), InFlight(images), cancel);
        promise.Dispose();

        var started = Stopwatch.GetTimestamp();
        var hashed = outcomes.Where(outcome => outcome.IsDone).Select(outcome => outcome.Result!).ToArray();
        using (metrics.Time(StagePart.Write, Stages.Hash))
        {
            await hashes.WriteAsync(ImageHasher.Algorithm, [.. hashed.Select(picture => picture.ToRow())], cancel);
            await stages.RecordTroubleAsync(Stages.Hash, outcomes, cancel);
        }

        ledger.AddBusy(Stages.Hash, started);
        Array.ForEach(outcomes, outcome => batch.Record(outcome.ImageId, outcome.State, outcome.Reason));
        await batch.PublishAsync(context, hashed.Select(picture => picture.ToMessage()), image => image.ImageId, cancel);
        var rejected = outcomes.Count(outcome => outcome.IsRejection);
        var failed = outcomes.Count(outcome => outcome.IsFailure);
        var again = context.Message.Length - images.Length;
        ledger.Complete(Stages.Hash, hashed.Length + again, rejected, failed);
        ledger.Complete(Stages.RelateHashes, again, rejected, failed);
    }

    int InFlight(ImageIngested[] images) =>
        images is [var first, ..] && FolderObjects.IsFile(first.Uri) ? cpu.Workers : options.Fetches;

    async Task<Outcome<HashedPicture>> HashAsync(ImageIngested image, ModelInputShape[] wanted, CancellationToken cancel)
    {
        using var bytes = await FetchAsync(image, cancel);
        if (bytes is null)
        {
            shared.Settle(image.ImageId);
            return Outcome.Rejected<HashedPicture>(
                image.ImageId, RejectionReason.TooManyBytes, $"more than {options.Limits.MaxBytes:N0} bytes");
        }

        var outcome = await cpu.RunAsync(() => Hash(image, bytes.Span, wanted), cancel);
        if (outcome.Result?.Thumbnail is { } thumbnail)
        {
            await thumbnails.PutAsync(image.ImageId, thumbnail, cancel);
        }

        return outcome;
    }

    async Task<ObjectBytes?> FetchAsync(ImageIngested image, CancellationToken cancel)
    {
        using var timer = metrics.Time(StagePart.Fetch, Stages.Hash);
        return await objects.ReadAsync(image.ImageId, image.Uri, image.Etag, options.Limits.MaxBytes, cancel);
    }

    Outcome<HashedPicture> Hash(ImageIngested image, ReadOnlySpan<byte> bytes, ModelInputShape[] wanted)
    {
        using var timer = metrics.Time(StagePart.Decode, Stages.Hash);
        var started = Stopwatch.GetTimestamp();
        using var decoded = ImageDecoder.DecodeToFit(bytes, ImageHasher.FitPx, options.Limits);
        shared.Offer(image.ImageId, decoded);
        Leave(image.ImageId, decoded, wanted);
        var outcome = decoded.IsDecoded
            ? Outcome.Done<HashedPicture>(
                image.ImageId, HashedPicture.From(image, decoded.Pixels, NeedsThumbnail(decoded.Header, bytes.Length)))
            : Outcome.Rejected<HashedPicture>(image.ImageId, decoded.Rejection!.Value.Reason, decoded.Rejection!.Value.Detail);
        ledger.AddBusy(Stages.Hash, started);
        return outcome;
    }

    /// <summary>What embedders of this machine want; in one process they take it from <see cref="SharedModelInputs"/>.</summary>
    ModelInputShape[] WantedShapes() => [.. inputs.Wanted().Select(ModelInputShape.FromWords).OfType<ModelInputShape>()];

    void Leave(Guid imageId, DecodeResult decoded, ModelInputShape[] wanted)
    {
        foreach (var shape in wanted)
        {
            using var pixels = ImageDecoder.ModelInputOf(decoded, shape);
            if (pixels is not null)
            {
                inputs.Put(shape.ToWords(), imageId, pixels.Rgb);
            }
        }
    }

    bool NeedsThumbnail(ImageHeader header, int bytes) =>
        options.Thumbnails && thumbnails.IsKept && ThumbnailRule.IsNeeded(header.Format, header.WidthPx, header.HeightPx, bytes);
}
