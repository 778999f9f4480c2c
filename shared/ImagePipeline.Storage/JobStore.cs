using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>State of an ingest job.</summary>
public enum JobState
{
    /// <summary>Under way, or its process was killed.</summary>
    Running,

    /// <summary>Ended by itself.</summary>
    Done,

    /// <summary>Stopped by a person.</summary>
    Cancelled,

    /// <summary>Stopped by an error.</summary>
    Failed,
}

/// <summary>Counts of the walk; the first is the sum of the others when the job has ended.</summary>
/// <param name="Discovered">Files seen.</param>
/// <param name="AlreadyKnown">Unchanged since an earlier job.</param>
/// <param name="Ingested">Stored as images.</param>
/// <param name="Rejected">Refused for a lasting reason.</param>
/// <param name="Failed">Not read because of a passing fault.</param>
public sealed record JobCounts(long Discovered, long AlreadyKnown, long Ingested, long Rejected, long Failed);

/// <summary>An ingest job as stored.</summary>
/// <param name="JobId">Its key.</param>
/// <param name="Source">What was asked for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="FinishedAt">When it ended.</param>
/// <param name="Counts">Counts of its walk.</param>
public sealed record JobRow(
    Guid JobId, string Source, JobState State, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, JobCounts Counts);

/// <summary>Ingest jobs.</summary>
public sealed class JobStore(NpgsqlDataSource source)
{
    /// <summary>Begins a job and returns its key.</summary>
    /// <param name="origin">The folder or bucket asked for.</param>
    /// <param name="detailJson">Options of the job as JSON.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<Guid> StartAsync(string origin, string? detailJson = null, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "INSERT INTO ingest_job (source, detail) VALUES ($1, $2) RETURNING job_id");
        command.With(origin).With(detailJson, "jsonb");
        return (Guid)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Stores the counts so far.</summary>
    public async Task UpdateCountsAsync(Guid jobId, JobCounts counts, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            UPDATE ingest_job
            SET discovered = $2, already_known = $3, ingested = $4, rejected = $5, failed = $6
            WHERE job_id = $1
            """);
        AddCounts(command.With(jobId), counts);
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Ends a job.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="state">How it ended.</param>
    /// <param name="counts">Final counts.</param>
    /// <param name="detailJson">Replaces the stored detail unless null.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task FinishAsync(
        Guid jobId, JobState state, JobCounts counts, string? detailJson = null, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            UPDATE ingest_job
            SET discovered = $2, already_known = $3, ingested = $4, rejected = $5, failed = $6,
                state = $7, detail = coalesce($8, detail), finished_at = now()
            WHERE job_id = $1
            """);
        AddCounts(command.With(jobId), counts).With(state.ToSql()).With(detailJson, "jsonb");
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The job begun last, or null.</summary>
    public async Task<JobRow?> LatestAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT job_id, source, state, started_at, finished_at, discovered, already_known, ingested, rejected, failed
            FROM ingest_job ORDER BY started_at DESC LIMIT 1
            """);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }
        var counts = new JobCounts(
            reader.GetInt64(5), reader.GetInt64(6), reader.GetInt64(7), reader.GetInt64(8), reader.GetInt64(9));
        return new JobRow(
            reader.GetGuid(0),
            reader.GetString(1),
            Words.Parse<JobState>(reader.GetString(2)),
            reader.GetFieldValue<DateTimeOffset>(3),
            reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
            counts);
    }

    static NpgsqlCommand AddCounts(NpgsqlCommand command, JobCounts counts) => command
        .With(counts.Discovered)
        .With(counts.AlreadyKnown)
        .With(counts.Ingested)
        .With(counts.Rejected)
        .With(counts.Failed);
}
