using ImagePipeline.Contracts;
using MassTransit;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>Has arriving images join the clusters of the active run of their model.</summary>
public sealed class AssignConsumer(ClusterAssigner assigner) : IConsumer<Batch<ImageEmbedded>>
{
    /// <inheritdoc/>
    public async Task Consume(ConsumeContext<Batch<ImageEmbedded>> context)
    {
        foreach (var ofModel in context.Message.GroupBy(message => message.Message.ModelId))
        {
            var ids = ofModel.Select(message => message.Message.ImageId).Distinct().ToArray();
            await assigner.AssignAsync(ofModel.Key, ids, context.CancellationToken);
        }
    }
}
