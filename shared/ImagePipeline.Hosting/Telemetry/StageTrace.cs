using System.Diagnostics;
using ImagePipeline.Hosting.Broker;
using MassTransit;
using MassTransit.Logging;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>
/// The spans of images: one trace follows one image. A batch has as many parents as messages, so each image's span goes on from the
/// context in its own message, never from whatever message happened to come first.
/// </summary>
public static class StageTrace
{
    static readonly ActivitySource Source = new(StageMetrics.SourceName);

    /// <summary>
    /// Publishes messages that begin the way of images, each within a trace of its own, which is linked to what asked for it (such as
    /// the upload).
    /// </summary>
    /// <param name="bus">Where to publish.</param>
    /// <param name="stage">Name of the span.</param>
    /// <param name="messages">One message per image.</param>
    /// <param name="imageOf">The image of a message.</param>
    /// <param name="cancel">Stops the publishing.</param>
    public static async Task PublishRootsAsync<T>(
        this IPublishEndpoint bus, string stage, IReadOnlyCollection<T> messages, Func<T, Guid> imageOf, CancellationToken cancel)
        where T : class
    {
        if (!Source.HasListeners())
        {
            await BoundedPublish.RunAsync(messages, bus.Publish, cancel);
            return;
        }

        var asking = Activity.Current;
        ActivityLink[] links = asking is null ? [] : [new ActivityLink(asking.Context)];
        var spans = new Dictionary<Guid, Activity>(messages.Count);
        foreach (var message in messages)
        {
            Activity.Current = null;
            if (Source.StartActivity(stage, ActivityKind.Internal, default(ActivityContext), links: links) is { } span)
            {
                span.SetTag(ImageTag, imageOf(message));
                spans.TryAdd(imageOf(message), span);
            }
        }

        Activity.Current = asking;
        try
        {
            await PublishAsync(bus, spans, messages, imageOf, cancel);
        }
        finally
        {
            Stop(spans);
        }
    }

    internal const string ImageTag = "image.id";

    internal static Dictionary<Guid, Activity>? Continue<T>(
        string stage, IEnumerable<ConsumeContext<T>> batch, Func<T, Guid> imageOf)
        where T : class
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        var outer = Activity.Current;
        var spans = new Dictionary<Guid, Activity>();
        foreach (var message in batch)
        {
            var imageId = imageOf(message.Message);
            if (spans.ContainsKey(imageId))
            {
                continue;
            }

            // Without a readable context the image's span begins a trace rather than joining a stranger's.
            Activity.Current = null;
            ActivityContext.TryParse(message.Headers.Get<string>(DiagnosticHeaders.ActivityId), null, isRemote: true, out var parent);
            if (Source.StartActivity(stage, ActivityKind.Consumer, parent) is { } span)
            {
                span.SetTag(ImageTag, imageId);
                spans.Add(imageId, span);
            }
        }

        Activity.Current = outer;
        return spans;
    }

    /// <summary>Publishes each message as a child of its image's span.</summary>
    internal static async Task PublishAsync<T>(
        IPublishEndpoint bus, Dictionary<Guid, Activity>? spans, IReadOnlyCollection<T> messages, Func<T, Guid> imageOf,
        CancellationToken cancel)
        where T : class
    {
        if (spans is null)
        {
            await BoundedPublish.RunAsync(messages, bus.Publish, cancel);
            return;
        }

        var outer = Activity.Current;
        await BoundedPublish.RunAsync(messages, (message, token) =>
        {
            Activity.Current = spans.GetValueOrDefault(imageOf(message));
            var publishing = bus.Publish(message, token);
            Activity.Current = outer;
            return publishing;
        }, cancel);
    }

    internal static void Stop(Dictionary<Guid, Activity> spans)
    {
        var outer = Activity.Current;
        foreach (var span in spans.Values)
        {
            span.Stop();
        }

        Activity.Current = outer;
    }
}
