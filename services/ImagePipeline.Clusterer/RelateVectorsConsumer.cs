using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Storage;
using MassTransit;

namespace ImagePipeline.Clusterer;

/// <summary>Finds the copies and look-alikes of arriving images by the vectors of a model, within its calibrated distances.</summary>
public sealed class RelateVectorsConsumer(
    VectorIndexLoader loader, VectorStore vectors, DuplicateStore duplicates, DuplicateGroups groups, StageStore stages,
    StageLedger ledger, StageMetrics metrics, RelateOptions options) : IConsumer<Batch<ImageEmbedded>>
{
    /// <summary>Images compared exactly for every one that is kept, since the index only estimates the angle.</summary>
    const int CandidatesPerKept = 2;

    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Batch<ImageEmbedded>> context)
    {
        foreach (var ofModel in context.Message.GroupBy(message => message.Message.ModelId))
        {
            var started = Stopwatch.GetTimestamp();
            var stage = Stages.RelateVectors(ofModel.Key);
            var ids = ofModel.Select(message => message.Message.ImageId).Distinct().ToArray();
            using var batch = metrics.Begin(stage, ofModel, image => image.ImageId);

            var edges = await RelateAsync(ofModel.Key, ids, context.CancellationToken);
            using (metrics.Time(StagePart.Write, stage))
            {
                await duplicates.WriteEdgesAsync(edges, context.CancellationToken);
                await groups.RefreshAsync(edges, ids.ToHashSet(), context.CancellationToken);
                await groups.ConfirmAsync(ids, options.ConfirmRadius, context.CancellationToken);
                await stages.CompleteAsync(stage, ids, context.CancellationToken);
            }

            Array.ForEach(ids, imageId => batch.Record(imageId, "done"));
            ledger.AddBusy(stage, started);
            ledger.Complete(stage, ofModel.Count());
        }
    }

    async Task<List<DuplicateEdge>> RelateAsync(string modelId, Guid[] ids, CancellationToken cancel)
    {
        var edges = new List<DuplicateEdge>();
        var model = await loader.CatchUpAsync(modelId, cancel);
        if (!model.Decides)
        {
            return edges;
        }

        var arriving = await vectors.ReadAsync(modelId, ids, cancel).ToDictionaryAsync(
            row => row.ImageId, row => row.Vector, cancellationToken: cancel);
        var candidates = new List<(Guid Id, Guid Other)>();
        foreach (var (id, vector) in arriving)
        {
            model.Add(id, vector);
            candidates.AddRange(model.Candidates(
                    id, vector, CandidatesPerKept * options.PairsPerImage, CandidatesPerKept * options.SimilarPerImage)
                .Select(other => (id, other)));
        }

        foreach (var (id, near) in await NearAsync(modelId, model, arriving, candidates, cancel))
        {
            edges.AddRange(near.Where(other => other.AsCopy <= model.CopyDistance).OrderBy(other => (other.AsCopy, other.Id))
                .Take(options.PairsPerImage).Select(other => Edge(id, other.Id, DuplicateKind.EditedCopy, other.AsCopy, modelId)));
            edges.AddRange(near.Where(other => !(other.AsCopy <= model.CopyDistance) && other.Distance <= model.SimilarDistance)
                .OrderBy(other => (other.Distance, other.Id)).Take(options.SimilarPerImage)
                .Select(other => Edge(id, other.Id, DuplicateKind.Similar, other.Distance, modelId)));
        }

        return edges;
    }

    /// <summary>The exact distances of arriving images to their candidates. In a large collection a batch has thousands of candidates, so
    /// their vectors are compared as they are read, and none is kept.</summary>
    async Task<Dictionary<Guid, List<(double AsCopy, double Distance, Guid Id)>>> NearAsync(
        string modelId, RelatedModel model, Dictionary<Guid, float[]> arriving, List<(Guid Id, Guid Other)> candidates, CancellationToken cancel)
    {
        var near = arriving.Keys.ToDictionary(id => id, _ => new List<(double AsCopy, double Distance, Guid Id)>());
        var seekers = candidates.ToLookup(pair => pair.Other, pair => pair.Id);
        void Compare(Guid other, float[] vector)
        {
            foreach (var id in seekers[other])
            {
                var own = arriving[id];
                near[id].Add((Distances.Cosine(model.CopyPart(own), model.CopyPart(vector)), Distances.Cosine(own, vector), other));
            }
        }

        foreach (var (id, vector) in arriving)
        {
            Compare(id, vector);
        }

        var stored = seekers.Select(seeker => seeker.Key).Where(other => !arriving.ContainsKey(other)).ToArray();
        await foreach (var row in vectors.ReadAsync(modelId, stored, cancel))
        {
            Compare(row.ImageId, row.Vector);
        }

        return near;
    }

    static DuplicateEdge Edge(Guid id, Guid other, DuplicateKind kind, double distance, string modelId) => DuplicateEdge.Between(
        id, other, kind, Evidence.Embedding, DihedralTransform.None, (float)distance, modelId);
}
