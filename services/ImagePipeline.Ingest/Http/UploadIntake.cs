using ImagePipeline.Contracts;
using ImagePipeline.Hosting.Telemetry;
using ImagePipeline.Imaging;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;
using MassTransit;

namespace ImagePipeline.Ingest.Http;

/// <summary>A body that came in, and what the client called it.</summary>
/// <param name="Spooled">The bytes.</param>
/// <param name="Name">The client's name for them, or null; nothing but text to show.</param>
sealed record Upload(SpooledUpload Spooled, string? Name)
{
    public Guid ImageId { get; } = ImageIdentity.FromSha256(Spooled.Sha256);
}

/// <summary>
/// Takes uploads in: looks at them, stores new ones under the name of their content, books them, announces them. Every step may be
/// repeated: a client that got no answer sends the same again.
/// </summary>
sealed class UploadIntake(
    UploadStore objects, CachedObjects cached, UploadBooks books, IBus bus, StageMetrics metrics, UploadOptions options, ILogger<UploadIntake> log)
{
    readonly ImageLimits _limits = new() { MaxBytes = options.MaxImageBytes };

    /// <summary>Takes in some uploads and tells what became of each, in order.</summary>
    public async Task<(Guid JobId, IReadOnlyList<UploadedImage> Images)> TakeAsync(
        IReadOnlyList<Upload> uploads, CancellationToken cancel)
    {
        var known = await books.FindAsync([.. uploads.Select(upload => upload.ImageId).Distinct()], cancel);
        var rows = new Dictionary<Guid, SourceRow>();
        foreach (var upload in uploads.Where(upload => !known.ContainsKey(upload.ImageId)))
        {
            if (!rows.ContainsKey(upload.ImageId))
            {
                rows.Add(upload.ImageId, await StoreAsync(upload, cancel));
            }
        }

        Guid jobId;
        IReadOnlySet<Guid> added;
        using (metrics.Time(StagePart.Write, Announcer.Stage))
        {
            (jobId, added) = await books.BookAsync(BookingOf(uploads, known, rows), cancel);
        }

        await AnnounceAsync([.. rows.Values.Where(row => row.Image is { } image && added.Contains(image.ImageId))], cancel);
        var first = new HashSet<Guid>(added);
        return (jobId, [.. uploads.Select(upload => Answer(upload, known, rows, isNew: first.Remove(upload.ImageId)))]);
    }

    async Task<SourceRow> StoreAsync(Upload upload, CancellationToken cancel)
    {
        var spooled = upload.Spooled;
        var uri = objects.UriOf(spooled.Sha256);
        ProbeResult probe;
        using (metrics.Time(StagePart.Decode, Announcer.Stage))
        {
            probe = spooled.Probe(_limits);
        }

        if (probe.Header is not { } header)
        {
            // The address where it would lie names its content; nothing lies there.
            return SourceRow.Refused(
                uri, null, spooled.Bytes, null, SourceState.Rejected, probe.Rejection!.Value.Reason, probe.Rejection.Value.Detail);
        }

        await objects.PutAsync(spooled.Sha256, spooled.FilePath, $"image/{header.Format}", cancel);
        await cached.OfferFileAsync(upload.ImageId, uri, spooled.FilePath, cancel);
        var image = new ImageRow(
            upload.ImageId, spooled.Sha256, header.Format, header.WidthPx, header.HeightPx, spooled.Bytes, header.Frames,
            header.HasAlpha, header.TakenAt);
        var warning = upload.Name is { } name && ImageProbe.WrongExtension(name, header.Format) ? "wrong_extension" : null;
        // No ETag: what lies under the name of its content never changes.
        return SourceRow.Ingested(uri, null, spooled.Bytes, null, image, warning);
    }

    static UploadBooking BookingOf(
        IReadOnlyList<Upload> uploads, Dictionary<Guid, KnownImage> known, Dictionary<Guid, SourceRow> rows)
    {
        var before = uploads.Where(upload => known.ContainsKey(upload.ImageId)).Select(upload => known[upload.ImageId]).ToArray();
        return new UploadBooking
        {
            Names = uploads.Where(upload => upload.Name is not null && rows.ContainsKey(upload.ImageId))
                .DistinctBy(upload => upload.ImageId).ToDictionary(upload => rows[upload.ImageId].Uri, upload => upload.Name!),
            Rows = [.. uploads.Where(upload => rows.ContainsKey(upload.ImageId)).Select(upload => rows[upload.ImageId])],
            AlreadyKnown = before.LongCount(image => image.RejectedReason is null),
            KnownRejections = [.. before.Where(image => image.RejectedReason is not null).Select(image => image.RejectedReason!)],
        };
    }

    /// <summary>Says that images are there. They are booked by now, so a broker that is away costs them time, not the client an error.</summary>
    async Task AnnounceAsync(SourceRow[] rows, CancellationToken cancel)
    {
        if (rows.Length == 0)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(options.AnnounceTimeout);
        try
        {
            var messages = rows.Select(row => new ImageIngested
            {
                ImageId = row.Image!.ImageId,
                Uri = row.Uri,
                Etag = row.Etag,
                WidthPx = row.Image.WidthPx,
                HeightPx = row.Image.HeightPx,
            }).ToArray();
            await bus.PublishRootsAsync(Announcer.Stage, messages, image => image.ImageId, limit.Token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or MassTransitException
            && !cancel.IsCancellationRequested)
        {
            log.NotAnnounced(rows.Length, fault.Message);
        }
    }

    UploadedImage Answer(
        Upload upload, Dictionary<Guid, KnownImage> known, Dictionary<Guid, SourceRow> rows, bool isNew)
    {
        var before = known.GetValueOrDefault(upload.ImageId);
        var row = rows.GetValueOrDefault(upload.ImageId);
        var reason = before is null ? row!.Reason : before.RejectedReason;
        var state = reason is not null ? "rejected" : isNew ? "new" : "already_known";
        metrics.Count(Announcer.Stage, state);
        return new UploadedImage
        {
            Name = upload.Name,
            ImageId = upload.ImageId,
            State = state,
            Reason = reason,
            Detail = before is null ? row!.Detail : before.RejectedDetail,
            Bytes = upload.Spooled.Bytes,
            Format = row?.Image?.Format,
            WidthPx = row?.Image?.WidthPx,
            HeightPx = row?.Image?.HeightPx,
        };
    }
}
