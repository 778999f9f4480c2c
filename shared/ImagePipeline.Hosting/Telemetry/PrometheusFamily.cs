using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>One metric with all its label combinations.</summary>
sealed class PrometheusFamily
{
    // Used where an instrument names no bounds of its own, in its unit.
    static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    static readonly double[] MillisecondBounds = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000];

    readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);

    // The same series by tags as they come; as bounded as they are.
    readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _byTags = new(new MeasurementTags());
    readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series>
        .AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> _lookUp;

    readonly string _help;
    readonly double[] _bounds;
    readonly bool _isState;
    long _dropped;

    PrometheusFamily(string name, string kind, string help, double[] bounds, bool isState)
    {
        (Name, Kind, _help, _bounds, _isState) = (name, kind, help, bounds, isState);
        _lookUp = _byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    /// <summary>Name as Prometheus has it: with unit, and <c>_total</c> for a counter.</summary>
    public string Name { get; }

    /// <summary><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</summary>
    public string Kind { get; }

    public static PrometheusFamily Of(Instrument instrument)
    {
        var kind = KindOf(instrument);
        return new PrometheusFamily(
            PrometheusText.MetricName(instrument.Name, instrument.Unit, kind), kind, instrument.Description ?? "",
            kind == "histogram" ? BoundsOf(instrument) : [], instrument.IsObservable || IsSet(instrument));
    }

    public static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType();
        var generic = type.IsGenericType ? type.GetGenericTypeDefinition() : null;
        return generic == typeof(Histogram<>) ? "histogram"
            : generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? "counter" : "gauge";
    }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if ((_lookUp.TryGetValue(tags, out var known) ? known : Find(tags)) is not { } series)
        {
            Interlocked.Increment(ref _dropped);
            return;
        }

        lock (series)
        {
            series.Sum = _isState ? value : series.Sum + value;
            if (Kind == "histogram")
            {
                var at = Array.BinarySearch(_bounds, value);
                series.Buckets[at >= 0 ? at : ~at]++;
                series.Count++;
            }
        }
    }

    /// <summary>The series of tags in whatever order, or null where there are too many already.</summary>
    Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = PrometheusText.Labels(tags);
        if (!_series.TryGetValue(labels, out var series))
        {
            if (_series.Count >= PrometheusMeters.MostSeries)
            {
                return null;
            }

            series = _series.GetOrAdd(labels, _ => new Series(_bounds.Length + 1));
        }

        if (_byTags.Count < PrometheusMeters.MostSeries)
        {
            _byTags.TryAdd(tags.ToArray(), series);
        }

        return series;
    }

    public void Write(TextWriter text)
    {
        if (_series.IsEmpty)
        {
            return;
        }

        text.Write($"# HELP {Name} {PrometheusText.EscapeHelp(_help)}\n# TYPE {Name} {Kind}\n");
        foreach (var (labels, series) in _series.OrderBy(series => series.Key, StringComparer.Ordinal))
        {
            lock (series)
            {
                if (Kind == "histogram")
                {
                    WriteHistogram(text, labels, series);
                }
                else
                {
                    PrometheusText.WriteSample(text, Name, labels, series.Sum);
                }
            }
        }

        if (Interlocked.Read(ref _dropped) is > 0 and var dropped)
        {
            text.Write($"# {Name}: {dropped} measurements dropped, more than {PrometheusMeters.MostSeries} label combinations\n");
        }
    }

    void WriteHistogram(TextWriter text, string labels, Series series)
    {
        var cumulative = 0L;
        for (var at = 0; at <= _bounds.Length; at++)
        {
            cumulative += series.Buckets[at];
            var bound = at == _bounds.Length ? double.PositiveInfinity : _bounds[at];
            PrometheusText.WriteSample(text, Name + "_bucket", PrometheusText.WithBound(labels, bound), cumulative);
        }

        PrometheusText.WriteSample(text, Name + "_sum", labels, series.Sum);
        PrometheusText.WriteSample(text, Name + "_count", labels, series.Count);
    }

    // What is observed or set is a state and replaces the one before; everything else adds up.
    static bool IsSet(Instrument instrument) =>
        instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(Gauge<>);

    static double[] BoundsOf(Instrument instrument) => instrument switch
    {
        Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
        Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
        _ => instrument.Unit == "ms" ? MillisecondBounds : DefaultBounds,
    };

    sealed class Series(int buckets)
    {
        public double Sum { get; set; }

        public long Count { get; set; }

        public long[] Buckets { get; } = new long[buckets];
    }
}
