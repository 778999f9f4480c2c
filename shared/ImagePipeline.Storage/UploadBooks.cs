using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>An image that the collection holds already.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="RejectedReason">Why a stage found it unusable; null for a good one.</param>
/// <param name="RejectedDetail">The same in words.</param>
public sealed record KnownImage(Guid ImageId, string? RejectedReason, string? RejectedDetail);

/// <summary>What uploads add to the books, all at once.</summary>
public sealed record UploadBooking
{
    /// <summary>Uploads whose image was not known when they came: stored or refused.</summary>
    public required IReadOnlyList<SourceRow> Rows { get; init; }

    /// <summary>What clients called the files, by URI; kept in <c>image_source.detail</c>, never used as a path.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Uploads of images known before.</summary>
    public long AlreadyKnown { get; init; }

    /// <summary>Reasons of uploads of images that a stage had found unusable before.</summary>
    public IReadOnlyList<string> KnownRejections { get; init; } = [];
}

/// <summary>The books of uploads: one job per day (UTC) for all ingest services, whose counts are one transaction with the rows.</summary>
public sealed class UploadBooks(NpgsqlDataSource source)
{
    /// <summary>Those of some images that are there already, with a file to read them from.</summary>
    public async Task<Dictionary<Guid, KnownImage>> FindAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var known = new Dictionary<Guid, KnownImage>();
        await using var command = source.CreateCommand(
            """
            SELECT i.image_id, i.rejected_reason, i.rejected_detail FROM image i
            WHERE i.image_id = ANY($1) AND EXISTS (SELECT 1 FROM image_source s WHERE s.image_id = i.image_id)
            """);
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var image = new KnownImage(
                reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
            known.Add(image.ImageId, image);
        }

        return known;
    }

    /// <summary>Books uploads. Of several that bring one new image at the same time, one finds it new.</summary>
    /// <returns>The job of the day, and the images that were not there before.</returns>
    public async Task<(Guid JobId, IReadOnlySet<Guid> Added)> BookAsync(UploadBooking booking, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var jobId = await TodayAsync(connection, cancel);
        var added = new HashSet<Guid>();
        if (booking.Rows.Count > 0)
        {
            await using var batch = connection.CreateBatch();
            batch.AddByKeyOnly();
            SourceStore.AddRows(batch, booking.Rows, jobId);
            AddNames(batch, booking.Names);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                added.Add(reader.GetGuid(0));
            }
        }

        await CountAsync(connection, jobId, booking, added.Count, cancel);
        await transaction.CommitAsync(cancel);
        return (jobId, added);
    }

    /// <summary>The day's job, begun by its first upload, which also closes the job of the day before.</summary>
    static async Task<Guid> TodayAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using (var today = new NpgsqlCommand(
            """
            SELECT job_id FROM ingest_job
            WHERE kind = 'upload' AND job_id = md5('uploads of ' || (now() AT TIME ZONE 'UTC')::date)::uuid
            """, connection))
        {
            if (await today.ExecuteScalarAsync(cancel) is Guid jobId)
            {
                return jobId;
            }
        }

        await using var begin = new NpgsqlCommand(
            """
            WITH closed AS (
                UPDATE ingest_job SET state = 'done', finished_at = now()
                WHERE kind = 'upload' AND state = 'running'
                    AND job_id <> md5('uploads of ' || (now() AT TIME ZONE 'UTC')::date)::uuid)
            INSERT INTO ingest_job (job_id, kind, source)
            SELECT md5(name)::uuid, 'upload', name FROM (SELECT 'uploads of ' || (now() AT TIME ZONE 'UTC')::date AS name) day
            ON CONFLICT (job_id) DO UPDATE SET kind = excluded.kind
            RETURNING job_id
            """, connection);
        return (Guid)(await begin.ExecuteScalarAsync(cancel))!;
    }

    static void AddNames(NpgsqlBatch batch, IReadOnlyDictionary<string, string> names)
    {
        var sorted = names.OrderBy(static name => name.Key, StringComparer.Ordinal).ToList();
        batch
            .Add(
                """
                UPDATE image_source s SET detail = concat_ws('; ', s.detail, 'uploaded as ' || r.name)
                FROM unnest($1, $2) AS r(uri, name) WHERE s.uri = r.uri
                """)
            .With(sorted.Column(static name => name.Key))
            .With(sorted.Column(static name => name.Value));
    }

    // Last in the transaction, because every upload waits for this row.
    static async Task CountAsync(
        NpgsqlConnection connection, Guid jobId, UploadBooking booking, int added, CancellationToken cancel)
    {
        var reasons = booking.Rows.Where(static row => row.State == SourceState.Rejected).Select(static row => row.Reason!)
            .Concat(booking.KnownRejections)
            .GroupBy(static reason => reason, StringComparer.Ordinal).OrderBy(static group => group.Key, StringComparer.Ordinal)
            .ToList();
        var rejected = reasons.Sum(static group => group.LongCount());
        var accepted = booking.Rows.LongCount(static row => row.Image is not null);
        await using var batch = connection.CreateBatch();
        if (reasons.Count > 0)
        {
            batch
                .Add(
                    """
                    INSERT INTO ingest_job_reason AS c (job_id, state, reason, count)
                    SELECT $1, 'rejected', r.reason, r.count FROM unnest($2, $3) AS r(reason, count)
                    ON CONFLICT (job_id, state, reason) DO UPDATE SET count = c.count + excluded.count
                    """)
                .With(jobId)
                .With(reasons.Column(static group => group.Key))
                .With(reasons.Column(static group => group.LongCount()));
        }

        batch
            .Add(
                """
                UPDATE ingest_job
                SET discovered = discovered + $2 + $3 + $4, ingested = ingested + $2, already_known = already_known + $3,
                    rejected = rejected + $4
                WHERE job_id = $1
                """)
            .With(jobId).With((long)added).With(accepted - added + booking.AlreadyKnown).With(rejected);
        await batch.ExecuteNonQueryAsync(cancel);
    }
}
