using System.Collections.Concurrent;
using ImagePipeline.Storage;

namespace ImagePipeline.Ingest;

/// <summary>What the walk of one job came upon so far:
/// <c>discovered = registered + already known + rejected + failed</c> at the end of every chunk.</summary>
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

    /// <summary>Files that were new or changed and went into the database. A stage may still find one of them unusable.</summary>
    public long Registered => Interlocked.Read(ref _registered);

    /// <summary>Files that are no usable image, by reason, whether found now or in an earlier run.</summary>
    public IReadOnlyDictionary<string, long> Rejected => _rejected;

    /// <summary>Files that could not be read, by reason; the next run tries them again.</summary>
    public IReadOnlyDictionary<string, long> Failed => _failed;

    /// <summary>Books a chunk: what was read for it, and the rest by what the database knew.</summary>
    internal void Add(
        IReadOnlyCollection<FoundFile> chunk, IReadOnlyDictionary<string, KnownSource> known, IReadOnlyCollection<SourceRow> read)
    {
        foreach (var row in read)
        {
            switch (row.State)
            {
                case SourceState.Rejected:
                    Count(_rejected, row.Reason);
                    break;
                case SourceState.Failed:
                    Count(_failed, row.Reason);
                    break;
                default:
                    Interlocked.Increment(ref _registered);
                    break;
            }
        }

        // A file that comes twice in one chunk was read once and is known the second time.
        var fresh = read.Select(row => row.Uri).ToHashSet(StringComparer.Ordinal);
        foreach (var file in chunk)
        {
            if (fresh.Remove(file.Uri))
            {
                continue;
            }

            if (known.TryGetValue(file.Uri, out var source) && source.State == SourceState.Rejected)
            {
                Count(_rejected, source.Reason);
            }
            else
            {
                Interlocked.Increment(ref _alreadyKnown);
            }
        }

        Interlocked.Add(ref _discovered, chunk.Count);
    }

    static void Count(ConcurrentDictionary<string, long> counts, string? reason) =>
        counts.AddOrUpdate(reason ?? "unknown", 1, static (_, count) => count + 1);
}
