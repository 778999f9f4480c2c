using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Ingest jobs: begun, looked at, and stopped or resumed by people. The work on one is <see cref="RangeStore"/>'s and
/// <see cref="ChunkStore"/>'s.</summary>
public sealed class JobStore(NpgsqlDataSource source)
{
    const string Columns =
        """
        job_id, kind, source, state, dry_run, host, started_at, finished_at, discovered, already_known, ingested, rejected, failed,
        filtered, expected, ranges, open_ranges, leased_ranges, error, options
        """;

    /// <summary>Begins a job.</summary>
    /// <param name="request">What it is to do.</param>
    /// <param name="ranges">How the listing is parted; null leaves that to the worker that takes the job up.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<Guid> CreateAsync(
        JobRequest request, IReadOnlyList<JobRange>? ranges = null, CancellationToken cancel = default)
    {
        var jobId = Guid.NewGuid();
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        batch
            .Add(
                """
                INSERT INTO ingest_job (job_id, kind, source, state, options, host, dry_run, error_limit, expected)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """)
            .With(jobId).With(request.Kind.ToSql()).With(request.Source)
            .With((ranges is null ? JobState.Planning : JobState.Running).ToSql())
            .With(request.ToJson(), "jsonb").With(request.Host).With(request.DryRun).With(request.ErrorLimit).With(request.Expected);
        if (ranges is not null)
        {
            RangeStore.AddRanges(batch, jobId, ranges);
        }

        await batch.ExecuteNonQueryAsync(cancel);
        return jobId;
    }

    /// <summary>Begins a job over one folder or file, which this process lists itself.</summary>
    public Task<Guid> StartAsync(string origin, CancellationToken cancel = default) => CreateAsync(
        new JobRequest { Kind = JobKind.Folder, Source = origin, Roots = [origin] }, [new JobRange(origin)], cancel);

    /// <summary>A job as it stands, or null.</summary>
    public async Task<JobRow?> GetAsync(Guid jobId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand($"SELECT {Columns} FROM ingest_job_status WHERE job_id = $1");
        return (await ReadAsync(command.With(jobId), cancel)).SingleOrDefault();
    }

    /// <summary>The state of a job alone, which is cheap to ask for; null where there is no such job.</summary>
    public async Task<JobState?> StateAsync(Guid jobId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("SELECT state FROM ingest_job WHERE job_id = $1");
        return await command.With(jobId).ExecuteScalarAsync(cancel) is string state ? Words.Parse<JobState>(state) : null;
    }

    /// <summary>Jobs whose key begins with some hexadecimal digits; two are enough to know that the digits are too few.</summary>
    public async Task<IReadOnlyList<Guid>> FindAsync(string prefix, int limit = 2, CancellationToken cancel = default)
    {
        var found = new List<Guid>();
        await using var command = source.CreateCommand(
            "SELECT job_id FROM ingest_job WHERE starts_with(replace(job_id::text, '-', ''), $1) ORDER BY job_id LIMIT $2");
        command.With(prefix.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            found.Add(reader.GetGuid(0));
        }

        return found;
    }

    /// <summary>Jobs, the latest first.</summary>
    public async Task<IReadOnlyList<JobRow>> ListAsync(int limit, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            $"""
            SELECT {Columns} FROM ingest_job_status
            WHERE job_id IN (SELECT job_id FROM ingest_job ORDER BY started_at DESC, job_id LIMIT $1)
            ORDER BY started_at DESC, job_id
            """);
        return await ReadAsync(command.With(limit), cancel);
    }

    /// <summary>The job begun last, or null.</summary>
    public async Task<JobRow?> LatestAsync(CancellationToken cancel = default) =>
        (await ListAsync(1, cancel)).SingleOrDefault();

    /// <summary>Why objects of a job are not in the collection, by the listing or a later stage.</summary>
    public async Task<IReadOnlyList<SourceCount>> TroubleAsync(Guid jobId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT state, reason, count FROM ingest_job_trouble WHERE job_id = $1 ORDER BY state, count DESC, reason");
        return await SourceStore.ReadCountsAsync(command.With(jobId), cancel);
    }

    /// <summary>Jobs that a worker on <paramref name="host"/> may take up, the oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> ActiveAsync(string host, CancellationToken cancel = default)
    {
        var jobs = new List<Guid>();
        await using var command = source.CreateCommand(
            """
            SELECT job_id FROM ingest_job
            WHERE state IN ('planning', 'running') AND kind <> 'upload' AND (host IS NULL OR host = $1)
            ORDER BY started_at, job_id
            """);
        await using var reader = await command.With(host).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            jobs.Add(reader.GetGuid(0));
        }

        return jobs;
    }

    /// <summary>Stops a job until it is resumed. Workers finish the chunk they have.</summary>
    /// <returns>False where the job is not under way.</returns>
    public Task<bool> PauseAsync(Guid jobId, CancellationToken cancel = default) => ChangeAsync(
        "UPDATE ingest_job SET state = 'paused' WHERE job_id = $1 AND state IN ('planning', 'running')", jobId, cancel);

    /// <summary>Goes on with a job that was paused or that failed; it may make as many errors again as it was allowed at first.</summary>
    /// <returns>False where the job is neither.</returns>
    public Task<bool> ResumeAsync(Guid jobId, CancellationToken cancel = default) => ChangeAsync(
        """
        UPDATE ingest_job j
        SET state = CASE WHEN EXISTS (SELECT 1 FROM ingest_range r WHERE r.job_id = j.job_id) THEN 'running' ELSE 'planning' END,
            finished_at = NULL, error = NULL,
            error_limit = CASE WHEN state = 'failed' AND rejected + failed >= error_limit
                THEN rejected + failed + (options ->> 'error_limit')::bigint ELSE error_limit END
        WHERE job_id = $1 AND state IN ('paused', 'failed')
        """, jobId, cancel);

    /// <summary>Ends a job for good. Chunks not yet committed are dropped; what is stored stays.</summary>
    /// <returns>False where the job has ended already.</returns>
    public Task<bool> CancelAsync(Guid jobId, CancellationToken cancel = default) => ChangeAsync(
        """
        UPDATE ingest_job SET state = 'cancelled', finished_at = now()
        WHERE job_id = $1 AND state IN ('planning', 'running', 'paused', 'failed')
        """, jobId, cancel);

    /// <summary>Marks a job as done once no range is open.</summary>
    /// <returns>True where this call did it.</returns>
    public Task<bool> CompleteAsync(Guid jobId, CancellationToken cancel = default) => ChangeAsync(
        """
        UPDATE ingest_job SET state = 'done', finished_at = now(), error = NULL
        WHERE job_id = $1 AND state = 'running'
            AND NOT EXISTS (SELECT 1 FROM ingest_range WHERE job_id = $1 AND state = 'open')
        """, jobId, cancel);

    /// <summary>Ends a job that cannot be worked on, such as one whose manifest is not there.</summary>
    public async Task<bool> FailAsync(Guid jobId, string error, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            UPDATE ingest_job SET state = 'failed', finished_at = now(), error = $2
            WHERE job_id = $1 AND state IN ('planning', 'running')
            """);
        return await command.With(jobId).With(error).ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Notes what a worker stumbles over, for people; the next chunk that succeeds clears it.</summary>
    public async Task NoteAsync(Guid jobId, string error, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "UPDATE ingest_job SET error = $2 WHERE job_id = $1 AND state IN ('planning', 'running')");
        await command.With(jobId).With(error).ExecuteNonQueryAsync(cancel);
    }

    async Task<bool> ChangeAsync(string sql, Guid jobId, CancellationToken cancel)
    {
        await using var command = source.CreateCommand(sql);
        return await command.With(jobId).ExecuteNonQueryAsync(cancel) == 1;
    }

    static async Task<IReadOnlyList<JobRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        var jobs = new List<JobRow>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            jobs.Add(new JobRow
            {
                JobId = reader.GetGuid(0),
                Kind = Words.Parse<JobKind>(reader.GetString(1)),
                Source = reader.GetString(2),
                State = Words.Parse<JobState>(reader.GetString(3)),
                IsDryRun = reader.GetBoolean(4),
                Host = reader.IsDBNull(5) ? null : reader.GetString(5),
                StartedAt = reader.GetFieldValue<DateTimeOffset>(6),
                FinishedAt = reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
                Counts = new JobCounts(
                    reader.GetInt64(8), reader.GetInt64(9), reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12)),
                Filtered = reader.GetInt64(13),
                Expected = reader.IsDBNull(14) ? null : reader.GetInt64(14),
                Ranges = reader.GetInt64(15),
                OpenRanges = reader.GetInt64(16),
                LeasedRanges = reader.GetInt64(17),
                Error = reader.IsDBNull(18) ? null : reader.GetString(18),
                Request = JobRequest.Parse(reader.GetString(19)),
            });
        }

        return jobs;
    }
}
