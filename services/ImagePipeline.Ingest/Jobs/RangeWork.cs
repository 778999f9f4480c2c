using System.Data.Common;
using System.Diagnostics;
using ImagePipeline.Contracts;
using ImagePipeline.Hosting;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>Works one range off, chunk by chunk: list, read, book, announce.</summary>
public sealed class RangeWork(
    RangeStore ranges, ChunkStore chunks, JobListings listings, ChunkReader reader, StorePatience patience, Announcer announcer,
    StageLedger ledger, StageMetrics metrics, IngestOptions options, TimeProvider clock)
{
    /// <summary>Works until the range ends, the job stops, or the lease is lost; gives the range back.</summary>
    /// <param name="request">What the job is to do.</param>
    /// <param name="lease">The range.</param>
    /// <param name="counts">Receives what is booked.</param>
    /// <param name="handedOn">Called when a part of the range has become one that anybody can take.</param>
    /// <param name="cancel">Ends the work between two chunks.</param>
    public async Task RunAsync(
        JobRequest request, RangeLease lease, IngestCounts counts, Action handedOn, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var heartbeat = KeepAsync(lease, stop);
        try
        {
            await WorkAsync(request, lease, counts, handedOn, stop.Token, cancel);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The lease is lost: what was not booked is another worker's.
        }
        finally
        {
            await stop.CancelAsync();
            await heartbeat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await ReleaseAsync(lease);
        }
    }

    async Task ReleaseAsync(RangeLease lease)
    {
        try
        {
            await ranges.ReleaseAsync(lease, CancellationToken.None);
        }
        catch (DbException)
        {
            // Then it is free when the lease has run out.
        }
    }

    async Task WorkAsync(
        JobRequest request, RangeLease lease, IngestCounts counts, Action handedOn, CancellationToken cancel, CancellationToken end)
    {
        var filter = new ObjectFilter(request);
        var listing = listings.Of(request.Kind);
        var waiting = new List<FoundObject>(options.ChunkFiles);
        var isParted = false;
        await foreach (var found in listing.ListAsync(request, lease, cancel))
        {
            if (isParted && KeyOrder.Compare(found.Key, lease.Range.EndKey) > 0)
            {
                break;
            }

            waiting.Add(found);
            if (waiting.Count == options.ChunkFiles && !await NextAsync())
            {
                return;
            }
        }

        await BookAsync(true);

        async Task<bool> NextAsync()
        {
            if (await BookAsync(false) is not { State: JobState.Running } booked)
            {
                return false;
            }

            var (first, listed) = (waiting[0].Key, waiting.Count);
            waiting.Clear();
            // Only who has a range may shorten it, so that no other's chunk is cut in two.
            if (booked.IsShort && listing.MiddleOf(lease, first, listed) is { } middle)
            {
                lease = await ranges.PartAsync(lease, middle, end);
                isParted = true;
                handedOn();
            }

            return true;
        }

        async Task<ChunkResult?> BookAsync(bool isLast)
        {
            cancel.ThrowIfCancellationRequested();
            var started = Stopwatch.GetTimestamp();
            var read = await patience.TryAsync(
                lease.JobId, () => reader.ReadAsync(waiting, filter, lease.ErrorsLeft, isLast, cancel), cancel);
            var chunk = read.Chunk with { Cursor = read.Chunk.Cursor ?? lease.Cursor };
            // A lost lease ends the reading; here the cursor decides, and what is booked is announced.
            var result = await CommitAsync(request, lease, chunk, end);
            ledger.AddBusy(Announcer.Stage, started);
            if (result.State is null)
            {
                return null;
            }

            counts.Add(chunk);
            await announcer.AnnounceAsync(
                [.. result.Announce.Select(image => read.Places.GetValueOrDefault(image)).OfType<ImageIngested>()], end);
            lease = lease with { Cursor = chunk.Cursor, ErrorsLeft = result.ErrorsLeft };
            return result;
        }
    }

    async Task<ChunkResult> CommitAsync(JobRequest request, RangeLease lease, JobChunk chunk, CancellationToken end)
    {
        using var timer = metrics.Time(StagePart.Write, Announcer.Stage);
        return await chunks.CommitAsync(lease, chunk, request.DryRun, options.Lease, end);
    }

    async Task KeepAsync(RangeLease lease, CancellationTokenSource stop)
    {
        using var timer = new PeriodicTimer(options.Lease / 3, clock);
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            try
            {
                if (!await ranges.RenewAsync(lease, options.Lease, stop.Token))
                {
                    await stop.CancelAsync();
                }
            }
            catch (DbException)
            {
                // The next renewal may get through; if none does, the commit of the chunk finds out.
            }
        }
    }
}
