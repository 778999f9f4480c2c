using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging;
using ImagePipeline.Inference;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using MassTransit;

namespace ImagePipeline.Embedder;

/// <summary>
/// Fetches and decodes the images of a batch side by side, hands them to the engine (whose loop owns the device and makes its own
/// batches), stores the vectors, and only then lets the messages go.
/// </summary>
public sealed class EmbedConsumer(
    CachedObjects objects, CachedInputs inputs, EmbeddingEngine engine, VectorStore vectors, StageStore stages, StageLedger ledger, StageMetrics metrics,
    CpuSlots cpu, SharedModelInputs shared, EmbedOptions options, ILogger<EmbedConsumer> log)
    : IConsumer<Batch<ImageIngested>>
{
    readonly string _modelId = engine.Model.Manifest.ModelId.ToString();
    readonly ModelInputShape _shape = engine.Model.Manifest.InputShape();
    readonly string _shapeWords = engine.Model.Manifest.InputShape().ToWords();
    readonly string _stage = Stages.Embed(engine.Model.Manifest.ModelId.ToString());

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Batch<ImageIngested>> context)
    {
        var cancel = context.CancellationToken;
        if (!shared.IsKept)
        {
            inputs.Want(_shapeWords);
        }

        using var batch = metrics.Begin(_stage, context.Message, image => image.ImageId);
        var images = await context.ListImagesAsync(stages.KnownAsync, log);
        var outcomes = await StageWork.RunAsync(images, image => image.ImageId, EmbedAsync, InFlight(images), cancel);

        var started = Stopwatch.GetTimestamp();
        var embedded = outcomes.Where(outcome => outcome.IsDone).ToArray();
        using (metrics.Time(StagePart.Write, _stage))
        {
            await vectors.WriteAsync(
                _modelId, [.. embedded.Select(outcome => outcome.ImageId)], [.. embedded.Select(outcome => outcome.Result!)], cancel);
            await stages.RecordTroubleAsync(_stage, outcomes, cancel);
        }

        ledger.AddBusy(_stage, started);
        Array.ForEach(outcomes, outcome => batch.Record(outcome.ImageId, outcome.State, outcome.Reason));
        await batch.PublishAsync(
            context, embedded.Select(outcome => new ImageEmbedded { ImageId = outcome.ImageId, ModelId = _modelId }),
            image => image.ImageId, cancel);
        var rejected = outcomes.Count(outcome => outcome.IsRejection);
        var failed = outcomes.Count(outcome => outcome.IsFailure);
        var again = context.Message.Length - images.Length;
        ledger.Complete(_stage, embedded.Length + again, rejected, failed);
        ledger.Complete(Stages.RelateVectors(_modelId), again, rejected, failed);
    }

    /// <summary>Images fetched, decoded or waiting for the device at the same time: enough to keep it at work while the next batch fills.</summary>
    int InFlight(ImageIngested[] images)
    {
        var ready = cpu.Workers + engine.PicturesAtOnce;
        return images is [var first, ..] && FolderObjects.IsFile(first.Uri) ? ready : Math.Max(ready, options.Fetches);
    }

    async Task<Outcome<float[]>> EmbedAsync(ImageIngested image, CancellationToken cancel)
    {
        using var ready = await shared.TakeAsync(image.ImageId, cancel);
        if (ready is not null)
        {
            return Outcome.Done<float[]>(image.ImageId, await InferAsync(ready.RgbMemory, cancel));
        }

        using var left = inputs.Read(_shapeWords, image.ImageId, _shape.InputBytes);
        if (left is not null)
        {
            return Outcome.Done<float[]>(image.ImageId, await InferAsync(left.Memory[.._shape.InputBytes], cancel));
        }

        using var bytes = await FetchAsync(image, cancel);
        if (bytes is null)
        {
            return Outcome.Rejected<float[]>(
                image.ImageId, RejectionReason.TooManyBytes, $"more than {options.Limits.MaxBytes:N0} bytes");
        }

        using var decoded = await cpu.RunAsync(() => Decode(bytes.Span), cancel);
        return decoded.Pixels is { } pixels
            ? Outcome.Done<float[]>(image.ImageId, await InferAsync(pixels.RgbMemory, cancel))
            : Outcome.Rejected<float[]>(image.ImageId, decoded.Rejection!.Value.Reason, decoded.Rejection!.Value.Detail);
    }

    async Task<ObjectBytes?> FetchAsync(ImageIngested image, CancellationToken cancel)
    {
        using var timer = metrics.Time(StagePart.Fetch, _stage);
        return await objects.ReadAsync(image.ImageId, image.Uri, image.Etag, options.Limits.MaxBytes, cancel);
    }

    async Task<float[]> InferAsync(ReadOnlyMemory<byte> rgb, CancellationToken cancel)
    {
        using var timer = metrics.Time(StagePart.Infer, _stage);
        return await engine.EmbedAsync(rgb, cancel);
    }

    DecodeResult Decode(ReadOnlySpan<byte> bytes)
    {
        using var timer = metrics.Time(StagePart.Decode, _stage);
        var started = Stopwatch.GetTimestamp();
        var decoded = ImageDecoder.DecodeForModel(bytes, _shape, options.Limits);
        ledger.AddBusy(_stage, started);
        return decoded;
    }
}
