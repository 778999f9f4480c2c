using System.Collections.Concurrent;
using System.Diagnostics;
using ImagePipeline.Hosting.Telemetry;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>Keeps the spans of images, and lets the bus make its own, as an exporter would.</summary>
sealed class Spans : IDisposable
{
    readonly ConcurrentQueue<Activity> _ended = new();
    readonly ActivityListener _listener;

    public Spans()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is StageMetrics.SourceName or "MassTransit",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (span.Source.Name == StageMetrics.SourceName)
                {
                    _ended.Enqueue(span);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>The spans that ended so far and are about an image.</summary>
    public IReadOnlyList<(Guid Image, string Stage, Activity Span)> Ended =>
        [.. _ended.Select(span => ((Guid)span.GetTagItem("image.id")!, span.OperationName, span))];

    public void Dispose() => _listener.Dispose();
}
