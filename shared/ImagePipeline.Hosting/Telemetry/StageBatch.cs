using System.Diagnostics;
using MassTransit;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>A batch at work in a stage, as telemetry sees it: made by <see cref="StageMetrics.Begin"/>, disposed when its messages may go.</summary>
public sealed class StageBatch : IDisposable
{
    readonly StageMetrics _metrics;
    readonly string _stage;
    readonly Dictionary<Guid, Activity>? _spans;

    internal StageBatch(StageMetrics metrics, string stage, Dictionary<Guid, Activity>? spans) =>
        (_metrics, _stage, _spans) = (metrics, stage, spans);

    /// <summary>Says what became of an image.</summary>
    /// <param name="imageId">The image.</param>
    /// <param name="outcome"><c>done</c>, <c>rejected</c> or <c>failed</c>.</param>
    /// <param name="reason">Reason code, unless done.</param>
    public void Record(Guid imageId, string outcome, string? reason = null)
    {
        _metrics.Count(_stage, outcome);
        if (_spans?.GetValueOrDefault(imageId) is { } span)
        {
            span.SetTag(StageMetrics.OutcomeLabel, outcome).SetTag("reason", reason);
            if (outcome == "failed")
            {
                span.SetStatus(ActivityStatusCode.Error, reason);
            }
        }
    }

    /// <summary>Publishes what the stage made, each message within the trace of its image.</summary>
    public Task PublishAsync<T>(
        IPublishEndpoint bus, IEnumerable<T> messages, Func<T, Guid> imageOf, CancellationToken cancel)
        where T : class => StageTrace.PublishAsync(bus, _spans, [.. messages], imageOf, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_spans is not null)
        {
            StageTrace.Stop(_spans);
        }
    }
}
