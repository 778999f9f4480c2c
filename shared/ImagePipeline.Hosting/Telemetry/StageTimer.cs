using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>Records the seconds from its making to its disposal; nothing where nobody listens.</summary>
public readonly struct StageTimer : IDisposable
{
    readonly Histogram<double>? _seconds;
    readonly string? _stage;
    readonly long _started;

    internal StageTimer(Histogram<double> seconds, string stage)
    {
        if (seconds.Enabled)
        {
            (_seconds, _stage, _started) = (seconds, stage, Stopwatch.GetTimestamp());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _seconds?.Record(
        Stopwatch.GetElapsedTime(_started).TotalSeconds, new KeyValuePair<string, object?>(StageMetrics.StageLabel, _stage));
}
