using System.Collections.Concurrent;
using System.Diagnostics;
using ImagePipeline.Hosting.Telemetry;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>Keeps the spans of chosen images, since other tests run pipelines in this process at the same time, and lets the bus make its
/// own, as an exporter would.</summary>
sealed class Spans : IDisposable
{
    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;

    public Spans(IReadOnlySet<Guid> images)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is StageMetrics.SourceName or "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.Source.Name == StageMetrics.SourceName && span.GetTagItem("image.id") is Guid image && images.Contains(image))
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans of the images that ended so far.</summary>
    public IReadOnlyList<(Guid Image, string Stage, Activity Span)> Ended =>
        [.. _ended.Select(span => ((Guid)span.GetTagItem("image.id")!, span.OperationName, span))];

    public void Dispose() => _listener.Dispose();
}
