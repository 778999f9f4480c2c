using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>
/// Clustering runs from being asked for to being shown. What a run writes is seen by nobody until it is made the active one, in one
/// transaction; until then the former stays.
/// </summary>
public sealed class ClusterRunStore(NpgsqlDataSource source)
{
    // A row per image: a statement of all would take several times their memory on both sides.
    const int SliceRows = 8192;

    const string Columns =
        """
        run_id, model_id, method, parameters, reason, state, active, worker, images, clusters, unassigned, arrived, arrived_unassigned,
        quality, ARRAY(SELECT jsonb_array_elements_text(coalesce(carried, '[]'))), error, started_at, finished_at, request_id,
        EXISTS (SELECT FROM cluster_dendrogram d WHERE d.run_id = cluster_run.run_id)
        """;

    /// <summary>Makes this process the one that computes runs, until the lock is disposed; null where another is. The embedded database
    /// is one session for all its clients, and there it holds nobody off.</summary>
    public Task<AdvisoryLock?> TryRunAloneAsync(CancellationToken cancel = default) =>
        AdvisoryLock.TryTakeAsync(source, AdvisoryLock.Clusters, cancel);

    /// <summary>Notes that a run is wanted.</summary>
    /// <returns>Its number; that of the former where the same request came before.</returns>
    public async Task<int> RequestAsync(ClusterRunRequest request, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            INSERT INTO cluster_run AS r (request_id, model_id, method, parameters, reason) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (request_id) DO UPDATE SET request_id = r.request_id
            RETURNING run_id
            """);
        command.With(request.RequestId, "uuid").With(request.ModelId).With(request.Method).With(request.ParametersJson, "jsonb")
            .With(request.Reason);
        return (int)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>The runs, the latest first.</summary>
    public Task<IReadOnlyList<ClusterRun>> ListAsync(int limit, CancellationToken cancel = default) =>
        ReadAsync("ORDER BY run_id DESC LIMIT $1", command => command.With(limit), cancel);

    /// <summary>One run; null where there is none of that number.</summary>
    public async Task<ClusterRun?> FindAsync(int runId, CancellationToken cancel = default) =>
        First(await ReadAsync("WHERE run_id = $1", command => command.With(runId), cancel));

    /// <summary>The active run of a model; null where there is none.</summary>
    public async Task<ClusterRun?> FindActiveAsync(string modelId, CancellationToken cancel = default) =>
        First(await ReadAsync("WHERE model_id = $1 AND active", command => command.With(modelId), cancel));

    /// <summary>The run of a model that was started last, however it ended; a cut of another only where there is nothing else, for it looked at
    /// nothing new. Null where there is none.</summary>
    public async Task<ClusterRun?> FindLatestAsync(string modelId, CancellationToken cancel = default) => First(await ReadAsync(
        "WHERE model_id = $1 AND started_at IS NOT NULL ORDER BY parameters ? 'cut_of', started_at DESC, run_id DESC LIMIT 1",
        command => command.With(modelId), cancel));

    /// <summary>Runs in a state, the oldest first.</summary>
    public Task<IReadOnlyList<ClusterRun>> ListAsync(ClusterRunState state, CancellationToken cancel = default) =>
        ReadAsync("WHERE state = $1 ORDER BY run_id", command => command.With(state.ToSql()), cancel);

    /// <summary>Notes that a process begins with a run; false where it is no longer waiting.</summary>
    public async Task<bool> StartAsync(int runId, string worker, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "UPDATE cluster_run SET state = 'computing', worker = $2, started_at = now() WHERE run_id = $1 AND state = 'waiting'");
        return await command.With(runId).With(worker).ExecuteNonQueryAsync(cancel) == 1;
    }

    /// <summary>Gives up a run that was not completed, and removes what it wrote.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="why">In words, for people.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public Task AbandonAsync(int runId, string why, CancellationToken cancel = default) => EndAsync(runId, "abandoned", why, cancel);

    /// <summary>Notes why a run failed, and removes what it wrote.</summary>
    public Task FailAsync(int runId, string error, CancellationToken cancel = default) => EndAsync(runId, "failed", error, cancel);

    /// <summary>The oldest transaction still running: what those below it wrote can be read now; see <see cref="Following"/>.</summary>
    public async Task<ulong> ReadHorizonAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("SELECT pg_snapshot_xmin(pg_current_snapshot())");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        await reader.ReadAsync(cancel);
        return reader.GetFieldValue<ulong>(0);
    }

    /// <summary>Writes the clusters of a run that is being computed.</summary>
    public async Task WriteClustersAsync(int runId, IReadOnlyList<ClusterRow> clusters, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        foreach (var slice in clusters.Chunk(SliceRows / 8))
        {
            await using var batch = connection.CreateBatch();
            ClusterEdits.AddClusters(batch, runId, slice);
            await batch.ExecuteNonQueryAsync(cancel);
        }
    }

    /// <summary>Writes members of a run that is being computed, slice by slice.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="members">Its images, none twice.</param>
    /// <param name="written">Told how many are written so far.</param>
    /// <param name="cancel">Ends it; what is written stays until the run is given up.</param>
    public async Task WriteMembersAsync(
        int runId, IEnumerable<ClusterMember> members, Action<long>? written = null, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var done = 0L;
        foreach (var slice in members.Chunk(SliceRows))
        {
            await using var batch = connection.CreateBatch();
            ClusterEdits.AddMembers(batch, runId, slice, arrived: false);
            await batch.ExecuteNonQueryAsync(cancel);
            written?.Invoke(done += slice.Length);
        }
    }

    /// <summary>Notes what a run came to and, if wanted, makes it the active one of its model, in one transaction.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="outcome">What it came to.</param>
    /// <param name="activate">Whether it is shown from now on.</param>
    /// <param name="carried">What people said and holds for its clusters too; nothing where it is not shown.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="DatabaseException">The run is not being computed any more; nothing changes.</exception>
    public async Task FinishAsync(
        int runId, ClusterOutcome outcome, bool activate, IReadOnlyList<CarriedDecision> carried, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using var batch = connection.CreateBatch();
        batch
            .Add(
                """
                UPDATE cluster_run
                SET state = 'done', method = $2, parameters = $3, quality = $4, carried = to_jsonb($5), followed_xid = $6, images = $7,
                    clusters = $8, unassigned = $9, finished_at = now()
                WHERE run_id = $1 AND state = 'computing'
                """)
            .With(runId).With(outcome.Method).With(outcome.ParametersJson, "jsonb").With(outcome.QualityJson, "jsonb")
            .With(outcome.Carried.ToArray()).With(outcome.FollowedFrom, "xid8").With(outcome.Images).With(outcome.Clusters)
            .With(outcome.Unassigned);
        if (activate)
        {
            AddActivation(batch, runId);
            ClusterEdits.AddCarried(batch, runId, carried);
        }

        await batch.ExecuteNonQueryAsync(cancel);
        if (batch.BatchCommands[0].RecordsAffected != 1)
        {
            throw new DatabaseException($"Run {runId} was given up meanwhile, because its process was taken for dead.");
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Makes a run that is done the active one of its model.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="carried">What people said and holds for its clusters too; takes the place of what was said then.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <exception cref="DatabaseException">There is no such run, or it is not done.</exception>
    public async Task ActivateAsync(int runId, IReadOnlyList<CarriedDecision> carried, CancellationToken cancel = default)
    {
        var run = await FindAsync(runId, cancel) ?? throw new DatabaseException($"There is no run {runId}. Which there are: imagepipeline cluster list");
        if (run.State != ClusterRunState.Done)
        {
            throw new DatabaseException($"Run {runId} is {run.State.ToSql()}; only one that is done can be shown.");
        }

        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddActivation(batch, runId);
        batch.Add("UPDATE cluster SET label = NULL, merged_into = NULL WHERE run_id = $1").With(runId);
        ClusterEdits.AddCarried(batch, runId, carried);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Removes the oldest runs of a model that are over and neither active nor the place of what a person said.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="keep">Runs that stay, the latest.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>How many were removed.</returns>
    public async Task<int> RemoveOldAsync(string modelId, int keep, CancellationToken cancel = default)
    {
        var old = await ReadAsync(
            """
            WHERE model_id = $1 AND NOT active AND state NOT IN ('waiting', 'computing')
                AND NOT EXISTS (SELECT FROM cluster_decision d WHERE d.run_id = cluster_run.run_id)
            ORDER BY run_id DESC OFFSET $2
            """, command => command.With(modelId).With(Math.Max(0, keep - 1)), cancel);
        foreach (var run in old)
        {
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var batch = connection.CreateBatch();
            batch.Add("DELETE FROM cluster_member WHERE run_id = $1").With(run.RunId);
            batch.Add("DELETE FROM cluster_run WHERE run_id = $1 AND NOT active").With(run.RunId);
            await batch.ExecuteNonQueryAsync(cancel);
        }

        return old.Count;
    }

    /// <summary>In two steps: the index that allows one is asked row by row. Two at once wait for each other's rows.</summary>
    static void AddActivation(NpgsqlBatch batch, int runId)
    {
        batch.Add($"SELECT pg_advisory_xact_lock({AdvisoryLock.ActiveRun})");
        batch
            .Add(
                """
                UPDATE cluster_run SET active = false
                WHERE active AND model_id = (SELECT model_id FROM cluster_run WHERE run_id = $1) AND run_id <> $1
                """)
            .With(runId);
        batch.Add("UPDATE cluster_run SET active = true WHERE run_id = $1 AND state = 'done'").With(runId);
    }

    static ClusterRun? First(IReadOnlyList<ClusterRun> runs) => runs.Count == 0 ? null : runs[0];

    async Task EndAsync(int runId, string state, string? error, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        batch
            .Add(
                """
                UPDATE cluster_run SET state = $2, error = $3, finished_at = now()
                WHERE run_id = $1 AND state IN ('waiting', 'computing')
                """)
            .With(runId).With(state).With(error, "text");
        // Or ended by another: a process that was taken for dead goes on writing until it sees that.
        const string Ended =
            "run_id = $1 AND EXISTS (SELECT FROM cluster_run r WHERE r.run_id = $1 AND r.state IN ($2, 'abandoned', 'failed'))";
        batch.Add($"DELETE FROM cluster_member WHERE {Ended}").With(runId).With(state);
        batch.Add($"DELETE FROM cluster WHERE {Ended}").With(runId).With(state);
        batch.Add($"DELETE FROM cluster_dendrogram WHERE {Ended}").With(runId).With(state);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    async Task<IReadOnlyList<ClusterRun>> ReadAsync(string which, Action<NpgsqlCommand> with, CancellationToken cancel)
    {
        var runs = new List<ClusterRun>();
        await using var command = source.CreateCommand($"SELECT {Columns} FROM cluster_run {which}");
        with(command);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            runs.Add(new ClusterRun
            {
                RunId = reader.GetInt32(0),
                ModelId = reader.GetString(1),
                Method = reader.GetString(2),
                ParametersJson = reader.GetString(3),
                Reason = reader.GetString(4),
                State = Words.Parse<ClusterRunState>(reader.GetString(5)),
                IsActive = reader.GetBoolean(6),
                Worker = reader.IsDBNull(7) ? null : reader.GetString(7),
                Images = reader.GetInt64(8),
                Clusters = reader.GetInt32(9),
                Unassigned = reader.GetInt64(10),
                Arrived = reader.GetInt64(11),
                ArrivedUnassigned = reader.GetInt64(12),
                QualityJson = reader.IsDBNull(13) ? null : reader.GetString(13),
                Carried = reader.GetFieldValue<string[]>(14),
                Error = reader.IsDBNull(15) ? null : reader.GetString(15),
                StartedAt = reader.IsDBNull(16) ? null : reader.GetFieldValue<DateTimeOffset>(16),
                FinishedAt = reader.IsDBNull(17) ? null : reader.GetFieldValue<DateTimeOffset>(17),
                RequestId = reader.IsDBNull(18) ? null : reader.GetGuid(18),
                HasTree = reader.GetBoolean(19),
            });
        }

        return runs;
    }
}
