using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>What a worker made of the next objects of its range, booked all at once.</summary>
public sealed record JobChunk
{
    /// <summary>Objects that were read, whatever became of them.</summary>
    public IReadOnlyList<SourceRow> Rows { get; init; } = [];

    /// <summary>Known objects, unchanged, whose image failed at a stage: taken up again under this job.</summary>
    public IReadOnlyList<KnownFile> Again { get; init; } = [];

    /// <summary>What the chunk adds to the counts of the job.</summary>
    public required JobCounts Counts { get; init; }

    /// <summary>Why objects of the chunk were rejected or failed.</summary>
    public IReadOnlyList<SourceCount> Reasons { get; init; } = [];

    /// <summary>Objects passed over because of globs and sizes.</summary>
    public long Filtered { get; init; }

    /// <summary>Where the range stands after the chunk: the last key of it.</summary>
    public required string? Cursor { get; init; }

    /// <summary>Whether the range ends with the chunk.</summary>
    public bool EndsRange { get; init; }

    /// <summary>The first error in the chunk, in words: what the job names if it stops because of it.</summary>
    public string? FirstError { get; init; }
}

/// <summary>A file whose image is known.</summary>
/// <param name="Uri">The file.</param>
/// <param name="ImageId">Its image.</param>
public readonly record struct KnownFile(string Uri, Guid ImageId);

/// <summary>How the booking of a chunk ended.</summary>
/// <param name="State">The job's state with the chunk in it; null where nothing was booked, because the range is another worker's by now
/// or the job was cancelled.</param>
/// <param name="ErrorsLeft">Errors that the job may still make before it stops; null: any number.</param>
/// <param name="IsShort">Whether no range of the job waits for a worker: one that has nothing to do would find nothing.</param>
/// <param name="Announce">Images that the stages have to hear of: new ones, and those that failed before.</param>
public sealed record ChunkResult(JobState? State, long? ErrorsLeft, bool IsShort, IReadOnlySet<Guid> Announce);

/// <summary>
/// The books of ingest: a chunk's files and images, the counts of the job by reason, and the range's cursor are one transaction.
/// So the counts add up whenever a process is killed, and nothing is listed or counted twice.
/// </summary>
public sealed class ChunkStore(NpgsqlDataSource source)
{
    static readonly ChunkResult Refused = new(null, null, false, new HashSet<Guid>());

    /// <summary>Books a chunk.</summary>
    /// <param name="lease">The range, as of the chunk before.</param>
    /// <param name="chunk">What was made of the objects after <see cref="RangeLease.Cursor"/>.</param>
    /// <param name="isDryRun">Whether only the counts are stored.</param>
    /// <param name="renew">How long the lease holds from now on.</param>
    /// <param name="cancel">Ends the attempt; whether it was booked is then unknown, and the cursor tells.</param>
    public async Task<ChunkResult> CommitAsync(
        RangeLease lease, JobChunk chunk, bool isDryRun, TimeSpan renew, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await MoveCursorAsync(connection, lease, chunk, renew, cancel))
        {
            return Refused;
        }

        var announce = isDryRun
            ? Refused.Announce
            : await WriteAsync(connection, lease.JobId, chunk, cancel);
        if (await CountAsync(connection, lease.JobId, chunk, cancel) is not { } count)
        {
            return Refused;
        }

        await transaction.CommitAsync(cancel);
        return new ChunkResult(count.State, count.ErrorsLeft, count.IsShort, announce);
    }

    /// <summary>The fence: a worker that lost its lease, or that does not know of a chunk booked already, moves nothing.</summary>
    static async Task<bool> MoveCursorAsync(
        NpgsqlConnection connection, RangeLease lease, JobChunk chunk, TimeSpan renew, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            """
            UPDATE ingest_range
            SET cursor = $5, discovered = discovered + $6,
                state = CASE WHEN $7 THEN 'done' ELSE 'open' END,
                lease_owner = CASE WHEN $7 THEN NULL ELSE lease_owner END,
                lease_until = CASE WHEN $7 THEN NULL ELSE now() + $8 END
            WHERE job_id = $1 AND range_no = $2 AND lease_owner = $3 AND state = 'open' AND cursor IS NOT DISTINCT FROM $4
            """, connection);
        command.With(lease.JobId).With(lease.RangeNo).With(lease.Token).With(lease.Cursor)
            .With(chunk.Cursor).With(chunk.Counts.Discovered).With(chunk.EndsRange).With(renew);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    static async Task<IReadOnlySet<Guid>> WriteAsync(
        NpgsqlConnection connection, Guid jobId, JobChunk chunk, CancellationToken cancel)
    {
        var announce = new HashSet<Guid>();
        var images = chunk.Rows.Where(static row => row.Image is not null).Select(static row => row.Image!.ImageId)
            .Concat(chunk.Again.Select(static file => file.ImageId)).Distinct().ToArray();
        if (chunk.Rows.Count == 0 && images.Length == 0)
        {
            return announce;
        }

        await using var batch = connection.CreateBatch();
        batch.AddByKeyOnly();
        SourceStore.AddRows(batch, chunk.Rows, jobId);
        batch.Add("UPDATE image_source SET job_id = $1, seen_at = now() WHERE uri = ANY($2)")
            .With(jobId).With(chunk.Again.Select(static file => file.Uri).Order(StringComparer.Ordinal).ToArray());
        // A file saved again with the same bytes has a new address for an image that failed because of the old one.
        batch.Add(
                """
                SELECT DISTINCT t.image_id FROM image_stage t JOIN image i ON i.image_id = t.image_id
                WHERE t.state = 'failed' AND t.image_id = ANY($1) AND i.rejected_reason IS NULL
                """)
            .With(images);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        do
        {
            while (await reader.ReadAsync(cancel))
            {
                announce.Add(reader.GetGuid(0));
            }
        }
        while (await reader.NextResultAsync(cancel));
        return announce;
    }

    /// <summary>Adds to the counts, and stops the job where it has made all the errors it may. Last in the transaction, because every
    /// worker on the job waits for this row.</summary>
    static async Task<(JobState State, long? ErrorsLeft, bool IsShort)?> CountAsync(
        NpgsqlConnection connection, Guid jobId, JobChunk chunk, CancellationToken cancel)
    {
        await using var batch = connection.CreateBatch();
        if (chunk.Reasons.Count > 0)
        {
            var reasons = chunk.Reasons
                .OrderBy(static count => count.State).ThenBy(static count => count.Reason, StringComparer.Ordinal).ToList();
            batch
                .Add(
                    """
                    INSERT INTO ingest_job_reason AS c (job_id, state, reason, count)
                    SELECT $1, r.state, r.reason, r.count FROM unnest($2, $3, $4) AS r(state, reason, count)
                    ON CONFLICT (job_id, state, reason) DO UPDATE SET count = c.count + excluded.count
                    """)
                .With(jobId)
                .With(reasons.Column(static count => count.State.ToSql()))
                .With(reasons.Column(static count => count.Reason ?? "unknown"))
                .With(reasons.Column(static count => count.Count));
        }

        batch
            .Add(
                """
                UPDATE ingest_job
                SET discovered = discovered + $2, already_known = already_known + $3, ingested = ingested + $4,
                    rejected = rejected + $5, failed = failed + $6, filtered = filtered + $7,
                    state = CASE WHEN rejected + failed + $5 + $6 >= error_limit THEN 'failed' ELSE state END,
                    finished_at = CASE WHEN rejected + failed + $5 + $6 >= error_limit THEN now() END,
                    error = CASE WHEN rejected + failed + $5 + $6 >= error_limit THEN $8 END
                WHERE job_id = $1 AND state IN ('running', 'paused')
                RETURNING state, error_limit - rejected - failed, NOT EXISTS (
                    SELECT 1 FROM ingest_range g WHERE g.job_id = $1 AND g.state = 'open' AND g.lease_owner IS NULL)
                """)
            .With(jobId).With(chunk.Counts.Discovered).With(chunk.Counts.AlreadyKnown).With(chunk.Counts.Ingested)
            .With(chunk.Counts.Rejected).With(chunk.Counts.Failed).With(chunk.Filtered).With(chunk.FirstError);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? (Words.Parse<JobState>(reader.GetString(0)), reader.IsDBNull(1) ? null : reader.GetInt64(1), reader.GetBoolean(2))
            : null;
    }
}
