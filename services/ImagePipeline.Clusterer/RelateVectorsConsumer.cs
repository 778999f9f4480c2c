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
    /// <summary>Images compared exactly for every one that is kept, since the codes only estimate the angle.</summary>
    const int CandidatesPerKept = 4;

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
                await groups.RefreshAsync(edges, context.CancellationToken);
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
        if (model.Reach is not { } reach)
        {
            return edges;
        }

        var arriving = await vectors.ReadAsync(modelId, ids, cancel);
        var candidates = new Dictionary<Guid, IReadOnlyList<Guid>>(arriving.Count);
        foreach (var (id, vector) in arriving)
        {
            model.Index.Add(id, vector);
            candidates[id] = model.Index.Candidates(
                id, vector, reach, CandidatesPerKept * options.SimilarPerImage,
                model.CopyDistance ?? 0, CandidatesPerKept * (options.PairsPerImage + options.SimilarPerImage));
        }

        var others = await vectors.ReadAsync(
            modelId, [.. candidates.Values.SelectMany(list => list).Where(id => !arriving.ContainsKey(id)).Distinct()], cancel);
        foreach (var (id, vector) in arriving)
        {
            var near = candidates[id]
                .Select(other => (Id: other, Vector: arriving.GetValueOrDefault(other) ?? others.GetValueOrDefault(other)))
                .Where(other => other.Vector is not null)
                .Select(other => (other.Id, Distance: Distances.Cosine(vector, other.Vector!)))
                .OrderBy(other => other.Distance).ThenBy(other => other.Id).ToArray();
            edges.AddRange(near.Where(other => other.Distance <= model.CopyDistance).Take(options.PairsPerImage)
                .Select(other => Edge(id, other.Id, DuplicateKind.EditedCopy, other.Distance, modelId)));
            edges.AddRange(near.Where(other => other.Distance > (model.CopyDistance ?? -1) && other.Distance <= reach)
                .Take(options.SimilarPerImage)
                .Select(other => Edge(id, other.Id, DuplicateKind.Similar, other.Distance, modelId)));
        }

        return edges;
    }

    static DuplicateEdge Edge(Guid id, Guid other, DuplicateKind kind, double distance, string modelId) => DuplicateEdge.Between(
        id, other, kind, Evidence.Embedding, DihedralTransform.None, (float)distance, modelId);
}
