using System.Diagnostics.Metrics;

namespace ImagePipeline.Storage.Objects;

/// <summary>What became of looks into the cache of a machine, under the meter of the stages.</summary>
static class CacheMetrics
{
    static readonly Meter Meter = new("ImagePipeline");

    static readonly Counter<long> Reads = Meter.CreateCounter<long>(
        "imagepipeline.cache.reads", "{entry}", "Looks for an entry of the machine's cache by what came of them");

    static readonly Counter<long> Writes = Meter.CreateCounter<long>(
        "imagepipeline.cache.writes", "{entry}", "Entries offered to the machine's cache by what became of them");

    /// <summary>Counts a look: <c>hit</c>, <c>miss</c>, <c>damaged</c> or <c>fault</c>.</summary>
    public static void Read(string kind, string outcome) => Count(Reads, kind, outcome);

    /// <summary>Counts an entry: <c>stored</c>, <c>known</c> or <c>fault</c>.</summary>
    public static void Write(string kind, string outcome) => Count(Writes, kind, outcome);

    static void Count(Counter<long> counter, string kind, string outcome) => counter.Add(
        1, new KeyValuePair<string, object?>("kind", kind.Split('-')[0]), new KeyValuePair<string, object?>("outcome", outcome));
}
