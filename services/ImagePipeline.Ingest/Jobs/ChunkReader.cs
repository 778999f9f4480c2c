using ImagePipeline.Contracts;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>What was made of some listed objects: how they are to be booked, and where their images lie.</summary>
/// <param name="Chunk">For the books.</param>
/// <param name="Places">An address of every image in it that the stages may have to hear of.</param>
public sealed record ReadChunk(JobChunk Chunk, IReadOnlyDictionary<Guid, ImageIngested> Places);

/// <summary>Passes over what is known, reads the rest, and counts.</summary>
public sealed class ChunkReader(SourceStore sources, FileStore files, ObjectReader reader)
{
    /// <summary>Treats the next objects of a range.</summary>
    /// <param name="listed">The objects, in order of key.</param>
    /// <param name="filter">Which of them the job is about.</param>
    /// <param name="errorsLeft">The chunk ends with the object that makes so many errors; null for no limit.</param>
    /// <param name="isLast">Whether the range ends with these.</param>
    /// <param name="cancel">Ends the work; nothing is booked.</param>
    public async Task<ReadChunk> ReadAsync(
        IReadOnlyList<FoundObject> listed, ObjectFilter filter, long? errorsLeft, bool isLast, CancellationToken cancel)
    {
        var objects = await LookUpAsync(listed, cancel);
        var known = await sources.FindAsync([.. objects.Select(found => found.Uri).Distinct(StringComparer.Ordinal)], cancel);
        var unknown = objects.Where(found => filter.Takes(found) && IsUnknown(found, known))
            .DistinctBy(found => found.Uri, StringComparer.Ordinal).ToArray();
        var rows = (await reader.ReadAsync(unknown, cancel)).ToDictionary(row => row.Uri, StringComparer.Ordinal);

        var books = new Books(known, rows);
        var booked = 0;
        while (booked < objects.Count && (errorsLeft is null || books.Errors < errorsLeft))
        {
            books.Add(objects[booked], filter);
            booked++;
        }

        var chunk = books.Close(booked == 0 ? null : objects[booked - 1].Key, isLast && booked == objects.Count);
        return new ReadChunk(chunk, await PlacesAsync(chunk, known, cancel));
    }

    /// <summary>True for an object that is new, has changed, or could not be read the last time.</summary>
    static bool IsUnknown(FoundObject found, Dictionary<string, KnownSource> known) =>
        !known.TryGetValue(found.Uri, out var source) || source.Etag != found.Etag || source.State == SourceState.Failed;

    /// <summary>Lists of addresses say nothing of size and version; what does not say is asked for.</summary>
    async Task<IReadOnlyList<FoundObject>> LookUpAsync(IReadOnlyList<FoundObject> listed, CancellationToken cancel)
    {
        if (listed.All(found => found.Bytes >= 0 || found.Unreadable is not null))
        {
            return listed;
        }

        var objects = listed.ToArray();
        await Parallel.ForAsync(0, objects.Length, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel },
            async (at, token) =>
            {
                if (objects[at] is { Bytes: < 0, Unreadable: null } address)
                {
                    objects[at] = await reader.FindAsync(address, token);
                }
            });
        return objects;
    }

    async Task<Dictionary<Guid, ImageIngested>> PlacesAsync(
        JobChunk chunk, Dictionary<string, KnownSource> known, CancellationToken cancel)
    {
        var places = new Dictionary<Guid, ImageIngested>();
        foreach (var row in chunk.Rows.Where(row => row.Image is not null))
        {
            places[row.Image!.ImageId] = new ImageIngested
            {
                ImageId = row.Image.ImageId,
                Uri = row.Uri,
                Etag = row.Etag,
                WidthPx = row.Image.WidthPx,
                HeightPx = row.Image.HeightPx,
            };
        }

        if (chunk.Again.Count > 0)
        {
            var again = chunk.Again.DistinctBy(file => file.ImageId).ToDictionary(file => file.ImageId, file => file.Uri);
            foreach (var image in await files.LocateAsync(again.Keys, cancel: cancel))
            {
                // The listing has just seen this address; another file of the image may be gone.
                places.TryAdd(image.ImageId, new ImageIngested
                {
                    ImageId = image.ImageId,
                    Uri = again[image.ImageId],
                    Etag = known[again[image.ImageId]].Etag,
                    WidthPx = image.WidthPx,
                    HeightPx = image.HeightPx,
                });
            }
        }

        return places;
    }

    /// <summary>Counts one object after the other.</summary>
    sealed class Books(Dictionary<string, KnownSource> known, Dictionary<string, SourceRow> read)
    {
        readonly HashSet<string> _seen = new(StringComparer.Ordinal);
        readonly List<SourceRow> _rows = [];
        readonly List<KnownFile> _again = [];
        readonly Dictionary<(SourceState, string), long> _reasons = [];
        string? _firstError;
        long _filtered;
        long _alreadyKnown;
        long _ingested;

        public long Errors { get; private set; }

        public void Add(FoundObject found, ObjectFilter filter)
        {
            if (!filter.Takes(found))
            {
                _filtered++;
            }
            else if (!_seen.Add(found.Uri))
            {
                // Listed twice in one chunk: read once, known the second time.
                Count(read.TryGetValue(found.Uri, out var first) ? first.State == SourceState.Rejected : IsRejected(found.Uri),
                    found.Uri, first?.Reason ?? known.GetValueOrDefault(found.Uri)?.Reason, null);
            }
            else if (read.TryGetValue(found.Uri, out var row))
            {
                _rows.Add(row);
                if (row.State == SourceState.Ingested)
                {
                    _ingested++;
                }
                else
                {
                    Error(row.State, row.Reason, row.Uri, row.Detail);
                }
            }
            else if (known[found.Uri] is { FailedAtStage: true, ImageId: { } image })
            {
                _again.Add(new KnownFile(found.Uri, image));
                _ingested++;
            }
            else
            {
                Count(IsRejected(found.Uri), found.Uri, known[found.Uri].Reason, "as an earlier job found");
            }
        }

        public JobChunk Close(string? cursor, bool endsRange) => new()
        {
            Rows = _rows,
            Again = _again,
            Counts = new JobCounts(
                _alreadyKnown + _ingested + Errors, _alreadyKnown, _ingested, Sum(SourceState.Rejected), Sum(SourceState.Failed)),
            Reasons = [.. _reasons.Select(reason => new SourceCount(reason.Key.Item1, reason.Key.Item2, reason.Value))],
            Filtered = _filtered,
            Cursor = cursor,
            EndsRange = endsRange,
            FirstError = _firstError,
        };

        bool IsRejected(string uri) => known.TryGetValue(uri, out var source) && source.State == SourceState.Rejected;

        void Count(bool isRejected, string uri, string? reason, string? detail)
        {
            if (isRejected)
            {
                Error(SourceState.Rejected, reason, uri, detail);
            }
            else
            {
                _alreadyKnown++;
            }
        }

        void Error(SourceState state, string? reason, string uri, string? detail)
        {
            var key = (state, reason ?? "unknown");
            _reasons[key] = _reasons.GetValueOrDefault(key) + 1;
            _firstError ??= $"{uri}: {key.Item2}" + (detail is null ? "" : $" ({detail})");
            Errors++;
        }

        long Sum(SourceState state) => _reasons.Where(reason => reason.Key.Item1 == state).Sum(reason => reason.Value);
    }
}
