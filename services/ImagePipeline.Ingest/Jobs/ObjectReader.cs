using System.Security.Cryptography;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Turns listed objects into the rows that the database keeps of them: identity and header, or why there is none.</summary>
public sealed class ObjectReader(
    ObjectStores stores, CachedObjects cached, CpuSlots cpu, StageMetrics metrics, IngestOptions options) : IDisposable
{
    readonly ByteBudget _room = new(options.DownloadBytes);
    readonly SemaphoreSlim _downloads = new(options.Downloads);

    /// <summary>Reads, hashes and probes objects side by side. A bad object is a row with a reason, never an exception.</summary>
    /// <exception cref="StoreUnavailableException">The store answered for fewer than half of the objects. Where it answered for the others,
    /// one without an answer is tried again and then fails as <see cref="FailureReason.Unavailable"/>.</exception>
    public async Task<SourceRow[]> ReadAsync(IReadOnlyList<FoundObject> objects, CancellationToken cancel)
    {
        var rows = new SourceRow[objects.Count];
        var faults = await ReadAsync(objects, rows, [.. Enumerable.Range(0, rows.Length)], cancel);
        if (2 * faults.Count > rows.Length)
        {
            throw faults[0].Fault;
        }

        foreach (var (at, fault) in await ReadAsync(objects, rows, [.. faults.Select(fault => fault.At)], cancel))
        {
            rows[at] = Failed(objects[at], FailureReason.Unavailable, fault.Message);
        }

        return rows;
    }

    /// <summary>An object that is known by its address alone, as a listing would show it.</summary>
    public async Task<FoundObject> FindAsync(FoundObject address, CancellationToken cancel)
    {
        try
        {
            return await stores.Of(address.Uri).FindAsync(address.Uri, cancel) is { } found
                ? found with { Key = address.Key }
                : address with { Unreadable = "there is no such object" };
        }
        catch (Exception fault) when (FailureReason.Of(fault) is not null || fault is ArgumentException)
        {
            return address with { Unreadable = fault.Message };
        }
    }

    async Task<List<(int At, StoreUnavailableException Fault)>> ReadAsync(
        IReadOnlyList<FoundObject> objects, SourceRow[] rows, int[] positions, CancellationToken cancel)
    {
        var faults = new List<(int, StoreUnavailableException)>();
        if (positions.Length == 0)
        {
            return faults;
        }

        // Files cost processor time, objects of a server mostly waiting; of those, the chunks of all ranges share the places.
        var isLocal = objects[positions[0]].Uri.StartsWith("file:", StringComparison.Ordinal);
        await Parallel.ForEachAsync(positions, new ParallelOptions
        {
            MaxDegreeOfParallelism = isLocal ? cpu.Workers : options.Downloads,
            CancellationToken = cancel,
        }, async (at, token) =>
        {
            if (!isLocal)
            {
                await _downloads.WaitAsync(token);
            }

            try
            {
                rows[at] = await ReadAsync(objects[at], token);
            }
            catch (StoreUnavailableException fault)
            {
                lock (faults)
                {
                    faults.Add((at, fault));
                }
            }
            finally
            {
                if (!isLocal)
                {
                    _downloads.Release();
                }
            }
        });
        return faults;
    }

    async Task<SourceRow> ReadAsync(FoundObject found, CancellationToken cancel)
    {
        if (found.Unreadable is { } trouble)
        {
            return Failed(found, found.Bytes < 0 ? FailureReason.Vanished : FailureReason.Unreadable, trouble);
        }

        // An empty file is not opened at all: pipes and devices have no length either, and opening one would wait for ever.
        if (found.Bytes == 0)
        {
            return Rejected(found, new Rejection(RejectionReason.EmptyFile, "the file has no bytes"));
        }

        var limits = options.Limits;
        try
        {
            using var room = await _room.TakeAsync(Math.Min(found.Bytes, limits.MaxBytes), cancel);
            using var bytes = await FetchAsync(found, cancel);
            return bytes is null
                ? Rejected(found, new Rejection(
                    RejectionReason.TooManyBytes, $"{found.Bytes:N0} bytes; the limit is {limits.MaxBytes:N0}"))
                : Probe(found, bytes.Span, limits);
        }
        catch (Exception fault) when (FailureReason.Of(fault) is { } reason)
        {
            return Failed(found, reason, fault.Message);
        }
    }

    async Task<ObjectBytes?> FetchAsync(FoundObject found, CancellationToken cancel)
    {
        using var timer = metrics.Time(StagePart.Fetch, Announcer.Stage);
        return await stores.ReadAsync(found.Uri, found.Etag, options.Limits.MaxBytes, cancel);
    }

    /// <inheritdoc/>
    public void Dispose() => _downloads.Dispose();

    SourceRow Probe(FoundObject found, ReadOnlySpan<byte> bytes, ImageLimits limits)
    {
        using var timer = metrics.Time(StagePart.Decode, Announcer.Stage);
        var probe = ImageProbe.Read(bytes, limits);
        if (probe.Header is not { } header)
        {
            return Rejected(found, probe.Rejection!.Value);
        }

        Span<byte> sha256 = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, sha256);
        var image = new ImageRow(
            ImageIdentity.FromSha256(sha256), sha256.ToArray(), header.Format, header.WidthPx, header.HeightPx,
            bytes.Length, header.Frames, header.HasAlpha, header.TakenAt);
        // The stages hear of it in a moment and would fetch it again.
        cached.Offer(image.ImageId, found.Uri, bytes);
        var warning = ImageProbe.WrongExtension(Path.GetFileName(found.Uri), header.Format) ? "wrong_extension" : null;
        return SourceRow.Ingested(found.Uri, found.Etag, bytes.Length, found.ModifiedAt, image, warning);
    }

    static SourceRow Rejected(FoundObject found, Rejection rejection) => SourceRow.Refused(
        found.Uri, found.Etag, found.Bytes, found.ModifiedAt, SourceState.Rejected, rejection.Reason, rejection.Detail);

    static SourceRow Failed(FoundObject found, string reason, string detail) => SourceRow.Refused(
        found.Uri, found.Etag, Math.Max(0, found.Bytes), found.ModifiedAt, SourceState.Failed, reason, detail);
}
