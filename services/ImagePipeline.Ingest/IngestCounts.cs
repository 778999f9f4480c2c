using System.Collections.Concurrent;
using ImagePipeline.Storage;

namespace ImagePipeline.Ingest;

/// <summary>What this process booked for one job so far:
/// <c>discovered = registered + already known + rejected + failed</c> at the end of every chunk. For showing progress; the database has
/// the counts of all processes.</summary>
public sealed class IngestCounts
{
    readonly ConcurrentDictionary<string, long> _rejected = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, long> _failed = new(StringComparer.Ordinal);
    long _discovered;
    long _alreadyKnown;
    long _registered;

    /// <summary>Files seen.</summary>
    public long Discovered => Interlocked.Read(ref _discovered);

    /// <summary>Files that were in the database already, unchanged.</summary>
    public long AlreadyKnown => Interlocked.Read(ref _alreadyKnown);

    /// <summary>Files that were new or changed and went into the database, or whose image failed before and is tried again. A stage may
    /// still find one of them unusable.</summary>
    public long Registered => Interlocked.Read(ref _registered);

    /// <summary>Files that are no usable image, by reason, whether found now or in an earlier run.</summary>
    public IReadOnlyDictionary<string, long> Rejected => _rejected;

    /// <summary>Files that could not be read, by reason; the next run tries them again.</summary>
    public IReadOnlyDictionary<string, long> Failed => _failed;

    /// <summary>Adds a chunk that is in the database.</summary>
    internal void Add(JobChunk chunk)
    {
        foreach (var count in chunk.Reasons)
        {
            (count.State == SourceState.Rejected ? _rejected : _failed)
                .AddOrUpdate(count.Reason ?? "unknown", count.Count, (_, before) => before + count.Count);
        }

        Interlocked.Add(ref _alreadyKnown, chunk.Counts.AlreadyKnown);
        Interlocked.Add(ref _registered, chunk.Counts.Ingested);
        Interlocked.Add(ref _discovered, chunk.Counts.Discovered);
    }
}
