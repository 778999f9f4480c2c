using System.ComponentModel.DataAnnotations;
using ImagePipeline.Contracts;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using MassTransit;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Notes runs that are asked for by message. What is noted is computed by whichever process looks first,
/// though this one dies or the message comes twice; a run takes longer than a message may.</summary>
public sealed class ComputeClustersConsumer(ClusterRunStore runs, ActiveModelStore models, ClusterScheduler scheduler) : IConsumer<ComputeClusters>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<ComputeClusters> context)
    {
        var (message, cancel) = (context.Message, context.CancellationToken);
        if (!ClusterSettings.TryMethod(message.Method ?? "auto", out var method))
        {
            throw new ValidationException($"'{message.Method}' is no method of clustering: {ClusterSettings.Methods}.");
        }

        if (!ClusterSettings.TryLinkage(message.Linkage, out var linkage))
        {
            throw new ValidationException($"'{message.Linkage}' is no linkage: {ClusterSettings.Linkages}.");
        }

        var settings = new ClusterSettings
        {
            Method = method,
            K = message.K,
            Distance = message.Distance,
            Linkage = linkage,
            MinSize = message.MinSize,
            Groups = message.Groups,
            Where = message.Where,
            Seed = message.Seed ?? 1,
            Activate = message.KeepActive == true ? false : null,
        };
        settings.Check();
        var model = message.ModelId ?? (await models.FindAsync(cancel))?.ModelId
            ?? throw new DatabaseException("There is no model yet whose vectors could be clustered.");
        await runs.RequestAsync(
            new ClusterRunRequest(
                model, ClusterSettings.Word(method), settings.ToJson(), message.Reason ?? "asked for by a message", message.RequestId),
            cancel);
        scheduler.LookSoon();
    }
}
