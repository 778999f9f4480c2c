using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>One part of a job's listing.</summary>
/// <param name="Root">What is listed.</param>
/// <param name="AfterKey">Keys above this one; null from the beginning.</param>
/// <param name="EndKey">Keys up to and including this one; null to the end.</param>
public sealed record JobRange(string Root, string? AfterKey = null, string? EndKey = null);

/// <summary>A range that this process works on, until its lease runs out unless renewed.</summary>
/// <param name="JobId">The job.</param>
/// <param name="RangeNo">Number of the range in the job.</param>
/// <param name="Token">Proves to the database that the range is still this worker's.</param>
/// <param name="Range">What is listed.</param>
/// <param name="Cursor">The last key that is booked; null where none is.</param>
/// <param name="ErrorsLeft">Errors that the job may still make before it stops; null: any number.</param>
public sealed record RangeLease(Guid JobId, int RangeNo, Guid Token, JobRange Range, string? Cursor, long? ErrorsLeft)
{
    /// <summary>Where the listing goes on: keys above this one.</summary>
    public string? After => Cursor ?? Range.AfterKey;
}

/// <summary>Ranges of jobs and who works on them. Times are the database's, so that the clocks of workers do not matter.</summary>
public sealed class RangeStore(NpgsqlDataSource source)
{
    /// <summary>Lays out the ranges of a job that is being planned, and starts it.</summary>
    /// <returns>False where another worker did, or the job was stopped meanwhile.</returns>
    public async Task<bool> PlanAsync(Guid jobId, IReadOnlyList<JobRange> ranges, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var start = new NpgsqlCommand(
            "UPDATE ingest_job SET state = 'running', error = NULL WHERE job_id = $1 AND state = 'planning'", connection);
        if (await start.With(jobId).ExecuteNonQueryAsync(cancel) == 0)
        {
            return false;
        }

        await using var batch = connection.CreateBatch();
        AddRanges(batch, jobId, ranges);
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Takes a range that nobody has, or whose worker has not been heard of for the time of its lease.</summary>
    /// <returns>Null where every range is done or taken, or the job is not running.</returns>
    public async Task<RangeLease?> ClaimAsync(Guid jobId, TimeSpan lease, CancellationToken cancel = default)
    {
        var token = Guid.NewGuid();
        // Materialized: as the inner side of a nested loop the choice would be made, and a range taken, once per row.
        await using var command = source.CreateCommand(
            """
            WITH free AS MATERIALIZED (
                SELECT g.range_no, j.error_limit - j.rejected - j.failed AS errors_left
                FROM ingest_range g JOIN ingest_job j ON j.job_id = g.job_id
                WHERE g.job_id = $1 AND j.state = 'running' AND g.state = 'open'
                    AND (g.lease_owner IS NULL OR g.lease_until < now())
                ORDER BY g.range_no LIMIT 1
                FOR UPDATE OF g SKIP LOCKED)
            UPDATE ingest_range r SET lease_owner = $2, lease_until = now() + $3
            FROM free
            WHERE r.job_id = $1 AND r.range_no = free.range_no
            RETURNING r.range_no, r.root, r.after_key, r.end_key, r.cursor, free.errors_left
            """);
        command.With(jobId).With(token).With(lease);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
        return new RangeLease(
            jobId, reader.GetInt32(0), token, new JobRange(reader.GetString(1), Text(2), Text(3)), Text(4),
            reader.IsDBNull(5) ? null : reader.GetInt64(5));
    }

    /// <summary>Keeps a range for a while longer.</summary>
    /// <returns>False where it is another worker's by now, or the job was stopped: the work on it must end.</returns>
    public async Task<bool> RenewAsync(RangeLease lease, TimeSpan time, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            UPDATE ingest_range r SET lease_until = now() + $4
            FROM ingest_job j
            WHERE r.job_id = $1 AND r.range_no = $2 AND r.lease_owner = $3
                AND j.job_id = r.job_id AND j.state IN ('running', 'paused')
            """);
        command.With(lease.JobId).With(lease.RangeNo).With(lease.Token).With(time);
        return await command.ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Gives a range back, so that nobody has to wait for the lease to run out.</summary>
    public async Task ReleaseAsync(RangeLease lease, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            UPDATE ingest_range SET lease_owner = NULL, lease_until = NULL
            WHERE job_id = $1 AND range_no = $2 AND lease_owner = $3
            """);
        await command.With(lease.JobId).With(lease.RangeNo).With(lease.Token).ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Hands what lies beyond a key to whoever comes for it, as a range of its own.</summary>
    /// <param name="lease">The range, which this worker must have.</param>
    /// <param name="upTo">A key between the cursor and the end of the range, where it is to end from now on.</param>
    /// <param name="cancel">Ends the attempt; whether the range was parted is then unknown, and the work on it must end.</param>
    /// <returns>The shorter range; the same one where it is another worker's by now.</returns>
    public async Task<RangeLease> PartAsync(RangeLease lease, string upTo, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = connection.CreateBatch();
        // Two that part ranges at once must not take the same number.
        batch.Add("SELECT 1 FROM ingest_job WHERE job_id = $1 FOR UPDATE").With(lease.JobId);
        batch.Add(
                """
                WITH parted AS (
                    UPDATE ingest_range SET end_key = $4
                    WHERE job_id = $1 AND range_no = $2 AND lease_owner = $3 AND state = 'open'
                    RETURNING root)
                INSERT INTO ingest_range (job_id, range_no, root, after_key, end_key)
                SELECT $1, (SELECT max(range_no) + 1 FROM ingest_range WHERE job_id = $1), root, $4, $5 FROM parted
                """)
            .With(lease.JobId).With(lease.RangeNo).With(lease.Token).With(upTo).With(lease.Range.EndKey);
        var parted = await batch.ExecuteNonQueryAsync(cancel) > 0;
        await transaction.CommitAsync(cancel);
        return parted ? lease with { Range = lease.Range with { EndKey = upTo } } : lease;
    }

    internal static void AddRanges(NpgsqlBatch batch, Guid jobId, IReadOnlyList<JobRange> ranges) => batch
        .Add(
            """
            INSERT INTO ingest_range (job_id, range_no, root, after_key, end_key)
            SELECT $1, r.number, r.root, r.after_key, r.end_key
            FROM unnest($2, $3, $4, $5) AS r(number, root, after_key, end_key)
            """)
        .With(jobId)
        .With(Enumerable.Range(0, ranges.Count).ToArray())
        .With(ranges.Column(static range => range.Root))
        .With(ranges.Column(static range => range.AfterKey))
        .With(ranges.Column(static range => range.EndKey));
}
