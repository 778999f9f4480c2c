using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>
/// Listens to the meters of this process and shows them to Prometheus, in its text format 0.0.4. Counts since it was made; bounded:
/// labels beyond <see cref="MostSeries"/> combinations of one metric are dropped and counted.
/// </summary>
public sealed class PrometheusMeters : IDisposable
{
    /// <summary>What a scrape is answered with.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Combinations of labels kept per metric.</summary>
    public const int MostSeries = 1000;

    static readonly string[] MeterNames = [StageMetrics.SourceName, "MassTransit", "System.Runtime"];

    readonly ConcurrentDictionary<string, PrometheusFamily> _families = new(StringComparer.Ordinal);
    readonly MeterListener _listener = new();
    readonly Lock _scrape = new();

    /// <summary>Begins to listen.</summary>
    public PrometheusMeters()
        : this(meter => MeterNames.Contains(meter.Name))
    {
    }

    internal PrometheusMeters(Func<Meter, bool> isWanted)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (isWanted(instrument.Meter))
            {
                // Two instruments of one name are one metric; of two kinds, the first stays.
                var family = PrometheusFamily.Of(instrument);
                family = _families.GetOrAdd(family.Name, family);
                if (family.Kind == PrometheusFamily.KindOf(instrument))
                {
                    listener.EnableMeasurementEvents(instrument, family);
                }
            }
        };
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => Record(family, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => Record(family, (double)value, tags));
        _listener.Start();
    }

    /// <summary>Writes every metric, in order of name.</summary>
    public void Write(TextWriter text)
    {
        // Observed instruments are asked now; two scrapes at once would ask them twice.
        lock (_scrape)
        {
            _listener.RecordObservableInstruments();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.Write(text);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    static void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((PrometheusFamily)family!).Record(value, tags);
}
