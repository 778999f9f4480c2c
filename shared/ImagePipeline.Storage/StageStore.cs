using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Why a stage could not handle an image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Detail">The same in words.</param>
public sealed record StageProblem(Guid ImageId, string Reason, string? Detail);

/// <summary>How far a stage is; the counts are of images, each in exactly one, so that they sum up to the same in every stage. What the
/// stage before refused or failed on counts as such here too: it never comes as far.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Done">Finished.</param>
/// <param name="Rejected">Refused by this stage or the one before, for good.</param>
/// <param name="Failed">Failed in this stage or the one before, and to be tried again.</param>
/// <param name="ToDo">Not tried yet.</param>
public sealed record StageStatus(string Stage, long Done, long Rejected, long Failed, long ToDo);

/// <summary>What counts as lost.</summary>
/// <param name="Stage">The stage that lacks the image.</param>
/// <param name="Age">How long nothing must have happened to the image.</param>
/// <param name="MostTimes">How often it is sent again, and how often it may have failed, before it is left to people.</param>
public sealed record LostSearch(string Stage, TimeSpan Age, int MostTimes);

/// <summary>What each stage has done to which image: the truth that messages only hint at.</summary>
public sealed class StageStore(NpgsqlDataSource source)
{
    /// <summary>Images that a stage has still to handle, by ascending id: neither done nor rejected by it, not rejected by the stage
    /// before, and held by some file. What a stage beside it has rejected is due all the same, so that which rows there are does not
    /// depend on which stage came first. Images that failed are among them; of several equal files, another one is named after every
    /// failure, so that one that vanished does not stand in the way of the others.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="after">Only ids above this one: the last of the page before.</param>
    /// <param name="limit">Most rows to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ImageLocation>> PendingAsync(
        string stage, Guid? after, int limit, CancellationToken cancel = default)
    {
        var pending = new List<ImageLocation>();
        await using var command = source.CreateCommand(
            """
            SELECT i.image_id, s.uri, s.etag, i.width_px, i.height_px
            FROM image i
            LEFT JOIN image_stage t ON t.stage = $1 AND t.image_id = i.image_id
            LEFT JOIN image_stage p ON p.stage = $4 AND p.image_id = i.image_id
            CROSS JOIN LATERAL (
                SELECT f.uri, f.etag, row_number() OVER (ORDER BY f.uri) - 1 AS nth, count(*) OVER () AS files
                FROM image_source f WHERE f.image_id = i.image_id) s
            WHERE i.image_id > $2 AND (t.state IS NULL OR t.state = 'failed') AND p.state IS DISTINCT FROM 'rejected'
                AND s.nth = coalesce(t.attempts, 0) % s.files
            ORDER BY i.image_id
            LIMIT $3
            """);
        command.With(stage).With(after ?? Guid.Empty).With(limit).With(Stages.Before(stage), "text");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            pending.Add(FileStore.ReadLocation(reader));
        }
        return pending;
    }

    /// <summary>Images whose message to a stage seems lost: pending as in <see cref="PendingAsync"/> and done by the stage before, but
    /// neither the image nor its stages nor an earlier search has moved for a while. They are noted as sent again.</summary>
    /// <param name="search">What is looked for.</param>
    /// <param name="after">Only ids above this one: the last of the page before.</param>
    /// <param name="limit">Most rows to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ImageLocation>> TakeLostAsync(
        LostSearch search, Guid? after, int limit, CancellationToken cancel = default)
    {
        var lost = new List<ImageLocation>();
        await using var command = source.CreateCommand(Queries.TakeLost);
        command.With(search.Stage).With(after ?? Guid.Empty).With(limit).With(Stages.Before(search.Stage), "text")
            .With(search.Age).With(search.MostTimes);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            lost.Add(FileStore.ReadLocation(reader));
        }
        return lost;
    }

    /// <summary>Those of these images that are in the database. A message may outlive its image, for instance where a person removed it.</summary>
    public async Task<IReadOnlySet<Guid>> KnownAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var known = new HashSet<Guid>(ids.Count);
        await using var command = source.CreateCommand("SELECT image_id FROM image WHERE image_id = ANY($1)");
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            known.Add(reader.GetGuid(0));
        }
        return known;
    }

    /// <summary>Makes this process the one that looks for lost work, until the lock is disposed; null where another is.</summary>
    public Task<AdvisoryLock?> TryReconcileAloneAsync(CancellationToken cancel = default) =>
        AdvisoryLock.TryTakeAsync(source, AdvisoryLock.Reconciler, cancel);

    /// <summary>Marks images as finished by a stage.</summary>
    public async Task CompleteAsync(string stage, IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        if (ids.Count == 0)
        {
            return;
        }
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddDone(batch, stage, [.. ids.Distinct().Order()]);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Marks images as unusable for good. Of two stages that refuse one for different reasons, the reason that is first in the
    /// alphabet is the image's, whichever stage comes first.</summary>
    public async Task RejectAsync(
        string stage, IReadOnlyList<StageProblem> problems, CancellationToken cancel = default)
    {
        if (problems.Count == 0)
        {
            return;
        }
        var rows = problems.SortedByKey(static problem => problem.ImageId);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddProblems(batch, stage, "rejected", rows);
        batch
            .Add(
                """
                UPDATE image i SET rejected_reason = r.reason, rejected_detail = r.detail
                FROM unnest($1, $2, $3) AS r(image_id, reason, detail)
                WHERE i.image_id = r.image_id
                    AND (i.rejected_reason IS NULL
                        OR (r.reason, coalesce(r.detail, '')) < (i.rejected_reason, coalesce(i.rejected_detail, '')))
                """)
            .With(rows.Column(static row => row.ImageId))
            .With(rows.Column(static row => row.Reason))
            .With(rows.Column(static row => row.Detail));
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Marks images as failed this time; they stay pending. An image already done stays done.</summary>
    public async Task FailAsync(string stage, IReadOnlyList<StageProblem> problems, CancellationToken cancel = default)
    {
        if (problems.Count == 0)
        {
            return;
        }
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddProblems(batch, stage, "failed", problems.SortedByKey(static problem => problem.ImageId));
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>How far the stages are.</summary>
    /// <param name="stages">The stages asked about; by default those that have handled anything.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<StageStatus>> StatusAsync(
        IReadOnlyList<string>? stages = null, CancellationToken cancel = default)
    {
        stages ??= await HandledAsync(cancel);
        var status = new List<StageStatus>();
        await using var command = source.CreateCommand(
            """
            WITH known AS (
                SELECT i.image_id, EXISTS (SELECT 1 FROM image_source f WHERE f.image_id = i.image_id) AS has_file FROM image i)
            SELECT s.stage,
                   count(*) FILTER (WHERE coalesce(t.state, p.state) = 'done'),
                   count(*) FILTER (WHERE coalesce(t.state, p.state) = 'rejected'),
                   count(*) FILTER (WHERE coalesce(t.state, p.state) = 'failed'),
                   count(*) FILTER (WHERE coalesce(t.state, p.state) IS NULL AND i.has_file)
            FROM unnest($1, $2) AS s(stage, before)
            LEFT JOIN known i ON true
            LEFT JOIN image_stage t ON t.stage = s.stage AND t.image_id = i.image_id
            LEFT JOIN image_stage p ON p.stage = s.before AND p.image_id = i.image_id AND p.state <> 'done'
            GROUP BY s.stage
            ORDER BY s.stage
            """);
        command.With(stages.Column(static stage => stage)).With(stages.Column(Stages.Before), "text[]");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            status.Add(new StageStatus(
                reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
        }
        return status;
    }

    async Task<IReadOnlyList<string>> HandledAsync(CancellationToken cancel)
    {
        var stages = new List<string>();
        await using var command = source.CreateCommand("SELECT DISTINCT stage FROM image_stage");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            stages.Add(reader.GetString(0));
        }
        return stages;
    }

    /// <summary>Adds the statement that marks images as done; also used by the stores that write a stage's results.</summary>
    /// <param name="batch">The batch that writes the results.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="sortedIds">Images, ascending, none twice.</param>
    internal static void AddDone(NpgsqlBatch batch, string stage, Guid[] sortedIds) => batch
        .Add(
            """
            INSERT INTO image_stage AS t (stage, image_id, state)
            SELECT $1, r.image_id, 'done' FROM unnest($2) AS r(image_id)
            ON CONFLICT (stage, image_id) DO UPDATE
            SET state = 'done', attempts = t.attempts + 1, reason = NULL, detail = NULL, finished_at = now()
            WHERE t.state <> 'done'
            """)
        .With(stage)
        .With(sortedIds);

    static void AddProblems(NpgsqlBatch batch, string stage, string state, List<StageProblem> rows) => batch
        .Add(
            """
            INSERT INTO image_stage AS t (stage, image_id, state, reason, detail)
            SELECT $1, r.image_id, $2, r.reason, r.detail FROM unnest($3, $4, $5) AS r(image_id, reason, detail)
            ON CONFLICT (stage, image_id) DO UPDATE
            SET state = excluded.state, attempts = t.attempts + 1,
                reason = excluded.reason, detail = excluded.detail, finished_at = now()
            WHERE t.state = 'failed' OR excluded.state = 'rejected'
            """)
        .With(stage)
        .With(state)
        .With(rows.Column(static row => row.ImageId))
        .With(rows.Column(static row => row.Reason))
        .With(rows.Column(static row => row.Detail));
}
