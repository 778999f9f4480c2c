using System.Diagnostics.Metrics;
using ImagePipeline.Hosting.Telemetry;

namespace ImagePipeline.Services.Tests.Telemetry;

/// <summary>What a scrape sees, against the rules of the text format.</summary>
public sealed class PrometheusTextTests : IDisposable
{
    readonly Meter _meter = new($"test-{Guid.NewGuid():n}");
    readonly PrometheusMeters _meters;

    public PrometheusTextTests() => _meters = new PrometheusMeters(meter => meter == _meter);

    public void Dispose()
    {
        _meters.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void Counters_end_in_total_and_add_up_per_label()
    {
        var counter = _meter.CreateCounter<long>("pictures.seen", "{image}", "Pictures");

        counter.Add(2, Label("stage", "hash"));
        counter.Add(3, Label("stage", "hash"));
        counter.Add(1, Label("stage", "embed"));

        Assert.Equal(
            """
            # HELP pictures_seen_total Pictures
            # TYPE pictures_seen_total counter
            pictures_seen_total{stage="embed"} 1
            pictures_seen_total{stage="hash"} 5

            """, Text());
    }

    [Fact]
    public void Equal_labels_in_another_order_are_one_series_and_other_values_another()
    {
        var counter = _meter.CreateCounter<long>("pictures.seen", "{image}", "Pictures");

        for (var i = 0; i < 3; i++)
        {
            counter.Add(1, Label("stage", "hash"), Label("size", 7));
            counter.Add(1, Label("size", 7), Label("stage", "hash"));
            counter.Add(1, Label("size", 8), Label("stage", "hash"));
            counter.Add(1, Label("kind", "hash"), Label("size", 8));
            counter.Add(1, Label("stage", "hash"));
        }

        Assert.Equal(
            """
            # HELP pictures_seen_total Pictures
            # TYPE pictures_seen_total counter
            pictures_seen_total{kind="hash",size="8"} 3
            pictures_seen_total{size="7",stage="hash"} 6
            pictures_seen_total{size="8",stage="hash"} 3
            pictures_seen_total{stage="hash"} 3

            """, Text());
    }

    [Fact]
    public void Buckets_are_cumulative_and_end_in_infinity()
    {
        var histogram = _meter.CreateHistogram(
            "wait", "s", "Waiting", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });

        foreach (var seconds in new[] { 0.05, 0.1, 0.5, 7 })
        {
            histogram.Record(seconds);
        }

        Assert.Equal(
            """
            # HELP wait_seconds Waiting
            # TYPE wait_seconds histogram
            wait_seconds_bucket{le="0.1"} 2
            wait_seconds_bucket{le="1"} 3
            wait_seconds_bucket{le="+Inf"} 4
            wait_seconds_sum 7.65
            wait_seconds_count 4

            """, Text());
    }

    [Fact]
    public void Labels_and_help_are_escaped()
    {
        var counter = _meter.CreateCounter<int>("odd", null, "one\nline \\ here");

        counter.Add(1, Label("path", "C:\\a \"b\"\nc"));

        Assert.Equal(
            "# HELP odd_total one\\nline \\\\ here\n# TYPE odd_total counter\nodd_total{path=\"C:\\\\a \\\"b\\\"\\nc\"} 1\n", Text());
    }

    [Fact]
    public void Names_hold_only_letters_digits_and_underscores()
    {
        _meter.CreateCounter<int>("a.b-c/d", "By").Add(1, Label("x.y", 1), Label("9", 2));

        Assert.Contains("a_b_c_d_bytes_total{_9=\"2\",x_y=\"1\"} 1\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Gauges_show_the_last_value_and_what_goes_up_and_down()
    {
        var gauge = _meter.CreateGauge<double>("level");
        var moving = _meter.CreateUpDownCounter<int>("under.way");
        var observed = 1;
        _meter.CreateObservableGauge("seen.now", () => observed);

        gauge.Record(5);
        gauge.Record(2.5);
        moving.Add(3);
        moving.Add(-1);
        Text();
        observed = 9;

        var text = Text();
        Assert.Contains("\nlevel 2.5\n", text, StringComparison.Ordinal);
        Assert.Contains("\nunder_way 2\n", text, StringComparison.Ordinal);
        Assert.Contains("\nseen_now 9\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_without_end_are_spelled_as_the_format_asks()
    {
        var gauge = _meter.CreateGauge<double>("odd");

        gauge.Record(double.NaN, Label("n", "1"));
        gauge.Record(double.PositiveInfinity, Label("n", "2"));
        gauge.Record(double.NegativeInfinity, Label("n", "3"));

        Assert.EndsWith("odd{n=\"1\"} NaN\nodd{n=\"2\"} +Inf\nodd{n=\"3\"} -Inf\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Labels_without_end_are_dropped_and_counted()
    {
        var counter = _meter.CreateCounter<int>("many");

        for (var n = 0; n < PrometheusMeters.MostSeries + 7; n++)
        {
            counter.Add(1, Label("n", n));
        }

        var lines = Text().Split('\n');
        Assert.Equal(PrometheusMeters.MostSeries, lines.Count(line => line.StartsWith("many_total{", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.StartsWith("# many_total: 7 measurements dropped", StringComparison.Ordinal));
    }

    [Fact]
    public void The_vocabulary_of_stages_passes_the_checker_of_prometheus()
    {
        using var meters = new PrometheusMeters();
        using var metrics = new StageMetrics();
        foreach (var part in Enum.GetValues<StagePart>())
        {
            using (metrics.Time(part, "hash"))
            {
            }
        }

        metrics.Count("hash", "done", 3);
        var text = new StringWriter();
        meters.Write(text);

        Promtool.Check(text.ToString());
        Assert.Equal(
            ["decode", "fetch", "infer", "queue", "write"],
            text.ToString().Split('\n').Where(line => line.StartsWith("# TYPE imagepipeline_stage_", StringComparison.Ordinal)
                    && line.EndsWith("duration_seconds histogram", StringComparison.Ordinal))
                .Select(line => line.Split('_')[2]));
        Assert.Matches("imagepipeline_stage_images_total{outcome=\"done\",stage=\"hash\"} \\d+", text.ToString());
    }

    string Text()
    {
        var text = new StringWriter();
        _meters.Write(text);
        return text.ToString();
    }

    static KeyValuePair<string, object?> Label(string name, object value) => new(name, value);
}
