using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Hashing;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Clusterer;

/// <summary>Finds the copies of arriving images by hash, upright, mirrored and rotated, and among them those of equal pixels.</summary>
public sealed class RelateHashesConsumer(
    PdqIndexLoader loader, PixelComparison pixels, DuplicateStore duplicates, DuplicateGroups groups, StageStore stages,
    StageLedger ledger, StageMetrics metrics, RelateOptions options) : IConsumer<Batch<ImageHashed>>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Batch<ImageHashed>> context)
    {
        var started = Stopwatch.GetTimestamp();
        var cancel = context.CancellationToken;
        using var batch = metrics.Begin(Stages.RelateHashes, context.Message, image => image.ImageId);
        var images = context.Message.Select(message => message.Message).DistinctBy(image => image.ImageId).ToArray();

        var index = await loader.CatchUpAsync(cancel);
        var pairs = new List<(IndexedPicture Query, PdqMatch Match)>();
        foreach (var image in images)
        {
            var orientations = image.Pdq.Select(text => Hash256.Parse(text)).ToArray();
            var picture = new IndexedPicture(image.ImageId, orientations[0], image.PdqQuality, image.WidthPx, image.HeightPx);
            index.Add(picture);
            pairs.AddRange(index.Search(picture, orientations, options.CopyRadius, options.PairsPerImage)
                .Select(match => (picture, match)));
        }

        var edges = await ToEdgesAsync(pairs, cancel);
        using (metrics.Time(StagePart.Write, Stages.RelateHashes))
        {
            await duplicates.WriteEdgesAsync(edges, cancel);
            await groups.RefreshAsync(edges, images.Select(image => image.ImageId).ToHashSet(), cancel);
            await groups.ConfirmAsync([.. images.Select(image => image.ImageId)], options.ConfirmRadius, cancel);
            await stages.CompleteAsync(Stages.RelateHashes, [.. images.Select(image => image.ImageId)], cancel);
        }

        Array.ForEach(images, image => batch.Record(image.ImageId, "done"));
        ledger.AddBusy(Stages.RelateHashes, started);
        ledger.Complete(Stages.RelateHashes, context.Message.Length);
    }

    async Task<List<DuplicateEdge>> ToEdgesAsync(
        List<(IndexedPicture Query, PdqMatch Match)> pairs, CancellationToken cancel)
    {
        var candidates = pairs.Where(pair => MaybeSamePixels(pair.Query, pair.Match)).ToArray();
        var digests = await pixels.DigestAsync(
            [.. candidates.SelectMany(pair => new[] { pair.Query.ImageId, pair.Match.ImageId }).Distinct()], cancel);

        var edges = new List<DuplicateEdge>(pairs.Count);
        foreach (var (query, match) in pairs)
        {
            if (MaybeSamePixels(query, match) && digests.TryGetValue(query.ImageId, out var one)
                && digests.TryGetValue(match.ImageId, out var other) && one.AsSpan().SequenceEqual(other))
            {
                edges.Add(DuplicateEdge.Between(
                    query.ImageId, match.ImageId, DuplicateKind.SamePixels, Evidence.Pixels, DihedralTransform.None, 0));
            }
            else if (!query.IsFlat)
            {
                edges.Add(DuplicateEdge.Between(
                    query.ImageId, match.ImageId, DuplicateKind.EditedCopy, Evidence.Pdq, match.Transform,
                    match.DistanceBits));
            }
        }

        return edges;
    }

    bool MaybeSamePixels(IndexedPicture query, PdqMatch match) =>
        match.Transform == DihedralTransform.None && match.DistanceBits <= options.SamePixelsRadius
        && query.WidthPx == match.WidthPx && query.HeightPx == match.HeightPx;
}
