using System.Diagnostics.Metrics;
using MassTransit;

namespace ImagePipeline.Hosting.Telemetry;

/// <summary>
/// One vocabulary for every stage: where the time of an image goes, how full batches are, what became of the images. All carry the
/// attribute <c>stage</c>, named as in <c>image_stage.stage</c>. Costs a branch where nobody listens.
/// </summary>
public sealed class StageMetrics : IDisposable
{
    /// <summary>Name of the meter and of the source of spans.</summary>
    public const string SourceName = "ImagePipeline";

    /// <summary>Attribute that names the stage.</summary>
    public const string StageLabel = "stage";

    /// <summary>Attribute that says what became of an image.</summary>
    public const string OutcomeLabel = "outcome";

    // From a decode of a thumbnail to a queue that stood for an hour; a factor of about two and a half between neighbours.
    static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries =
            [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600],
    };

    static readonly InstrumentAdvice<int> Images = new()
    {
        HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096],
    };

    readonly TimeProvider _time;
    readonly Meter _meter = new(SourceName);
    readonly Histogram<double>[] _durations;
    readonly Histogram<int> _batchSize;
    readonly Counter<long> _images;

    /// <summary>Makes the instruments.</summary>
    /// <param name="time">The clock that queue times are told by; the sender's clock is the other end.</param>
    public StageMetrics(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _durations =
        [
            Duration("queue", "From the sending of an image's message to the start of its batch"),
            Duration("fetch", "Getting an image's bytes from the object store"),
            Duration("decode", "Decoding an image and computing what its pixels give"),
            Duration("infer", "From an image's hand-over to the model's engine until its vector is back"),
            Duration("write", "Writing a batch to the database"),
        ];
        _batchSize = _meter.CreateHistogram("imagepipeline.stage.batch.size", "{image}", "Images in a batch", advice: Images);
        _images = _meter.CreateCounter<long>(
            "imagepipeline.stage.images", "{image}", "Images by what became of them in a stage");
    }

    /// <summary>Times one part of a stage until the returned timer is disposed.</summary>
    public StageTimer Time(StagePart part, string stage) => new(_durations[(int)part], stage);

    /// <summary>Counts what became of images in a stage.</summary>
    public void Count(string stage, string outcome, long images = 1)
    {
        if (images > 0 && _images.Enabled)
        {
            _images.Add(
                images, new KeyValuePair<string, object?>(StageLabel, stage),
                new KeyValuePair<string, object?>(OutcomeLabel, outcome));
        }
    }

    /// <summary>Begins a batch: records its size and how long its messages waited, and opens one span per image.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="batch">The messages.</param>
    /// <param name="imageOf">The image that a message is about.</param>
    public StageBatch Begin<T>(string stage, IEnumerable<ConsumeContext<T>> batch, Func<T, Guid> imageOf)
        where T : class
    {
        if (_batchSize.Enabled)
        {
            _batchSize.Record(batch.Count(), new KeyValuePair<string, object?>(StageLabel, stage));
        }

        if (_durations[(int)StagePart.Queue] is { Enabled: true } queue)
        {
            var now = _time.GetUtcNow().UtcDateTime;
            foreach (var message in batch)
            {
                // Two machines' clocks may differ; a negative wait is none.
                var waited = message.SentTime is { } sent ? Math.Max(0, (now - sent).TotalSeconds) : 0;
                queue.Record(waited, new KeyValuePair<string, object?>(StageLabel, stage));
            }
        }

        return new StageBatch(this, stage, StageTrace.Continue(stage, batch, imageOf));
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    Histogram<double> Duration(string part, string description) => _meter.CreateHistogram(
        $"imagepipeline.stage.{part}.duration", "s", description, advice: Seconds);
}
