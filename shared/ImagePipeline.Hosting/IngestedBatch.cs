using ImagePipeline.Contracts;
using MassTransit;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Hosting;

/// <summary>What the stages that read images do first with a batch.</summary>
public static class IngestedBatch
{
    /// <summary>The images of a batch, each once. One that the database has no longer is nobody's failure: there is no row to say so
    /// of.</summary>
    /// <param name="context">The batch.</param>
    /// <param name="known">Tells which of some images the database has.</param>
    /// <param name="log">Hears of those that are gone.</param>
    public static async Task<ImageIngested[]> ListImagesAsync(
        this ConsumeContext<Batch<ImageIngested>> context,
        Func<IReadOnlyCollection<Guid>, CancellationToken, Task<IReadOnlySet<Guid>>> known, ILogger log)
    {
        var images = context.Message.Select(message => message.Message).DistinctBy(image => image.ImageId).ToArray();
        var there = await known([.. images.Select(image => image.ImageId)], context.CancellationToken);
        foreach (var image in images.Where(image => !there.Contains(image.ImageId)))
        {
            log.ImageGone(image.ImageId, image.Uri);
        }

        return [.. images.Where(image => there.Contains(image.ImageId))];
    }
}
