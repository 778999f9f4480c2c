using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>A file that gave no image, or whose image a stage could not handle.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="ImageId">Its content, where it was read.</param>
/// <param name="State">rejected or failed.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Detail">The same in words.</param>
public sealed record TroubledFile(string Uri, Guid? ImageId, string State, string Reason, string? Detail);

/// <summary>Files and the images they hold.</summary>
public sealed class SourceStore(NpgsqlDataSource source)
{
    /// <summary>What earlier jobs know about these files; unknown ones are left out.</summary>
    public async Task<Dictionary<string, KnownSource>> FindAsync(
        IReadOnlyList<string> uris, CancellationToken cancel = default)
    {
        var known = new Dictionary<string, KnownSource>(uris.Count, StringComparer.Ordinal);
        await using var command = source.CreateCommand(
            """
            SELECT s.uri, s.etag, CASE WHEN i.rejected_reason IS NULL THEN s.state ELSE 'rejected' END,
                   coalesce(i.rejected_reason, s.reason), s.image_id,
                   i.rejected_reason IS NULL AND EXISTS (
                       SELECT 1 FROM image_stage t WHERE t.image_id = s.image_id AND t.state = 'failed')
            FROM image_source s LEFT JOIN image i ON i.image_id = s.image_id
            WHERE s.uri = ANY($1)
            """);
        command.With(uris.Column(static uri => uri));
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            known.Add(reader.GetString(0), new KnownSource(
                reader.IsDBNull(1) ? null : reader.GetString(1),
                Words.Parse<SourceState>(reader.GetString(2)),
                reader.IsDBNull(3) ? null : reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetGuid(4),
                reader.GetBoolean(5)));
        }
        return known;
    }

    /// <summary>Stores what the walk found of files, and the images among them, in one transaction. Of a file known before the new row
    /// replaces the old one.</summary>
    /// <returns>Images that were not there before.</returns>
    public async Task<IReadOnlySet<Guid>> RegisterAsync(
        IReadOnlyList<SourceRow> rows, Guid jobId, CancellationToken cancel = default)
    {
        var added = new HashSet<Guid>();
        if (rows.Count == 0)
        {
            return added;
        }

        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddRows(batch, rows, jobId);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            added.Add(reader.GetGuid(0));
        }

        return added;
    }

    /// <summary>Files of all jobs by the state and reason that hold after all stages.</summary>
    public async Task<IReadOnlyList<SourceCount>> SummariseAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT state, reason, count(*) FROM image_file GROUP BY state, reason ORDER BY state, reason");
        return await ReadCountsAsync(command, cancel);
    }

    /// <summary>Files whose image failed at a stage, by reason; they count as ingested in <see cref="SummariseAsync"/>.</summary>
    public async Task<IReadOnlyList<SourceCount>> SummariseStagesAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT t.state, t.reason, count(*)
            FROM image_stage t JOIN image i ON i.image_id = t.image_id AND i.rejected_reason IS NULL
            JOIN image_source s ON s.image_id = t.image_id
            WHERE t.state = 'failed' GROUP BY t.state, t.reason ORDER BY t.reason
            """);
        return await ReadCountsAsync(command, cancel);
    }

    /// <summary>Files of one job that failed, or whose image failed at a stage, by URI: what is worth another try.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="after">Only URIs above this one; null from the beginning.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<string>> FailedAsync(
        Guid jobId, string? after, int limit, CancellationToken cancel = default)
    {
        var uris = new List<string>();
        await using var command = source.CreateCommand(
            """
            SELECT s.uri FROM image_source s
            WHERE s.job_id = $1 AND ($2::text IS NULL OR s.uri COLLATE "C" > $2) AND (s.state = 'failed' OR EXISTS (
                SELECT 1 FROM image_stage t JOIN image i ON i.image_id = t.image_id
                WHERE t.image_id = s.image_id AND t.state = 'failed' AND i.rejected_reason IS NULL))
            ORDER BY s.uri COLLATE "C" LIMIT $3
            """);
        command.With(jobId).With(after).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            uris.Add(reader.GetString(0));
        }

        return uris;
    }

    /// <summary>Files that failed, or whose image failed at a stage, by the job that wrote them last; the most first.</summary>
    public async Task<IReadOnlyList<(Guid JobId, long Files)>> FailedJobsAsync(int limit, CancellationToken cancel = default)
    {
        var jobs = new List<(Guid, long)>();
        await using var command = source.CreateCommand(
            """
            SELECT s.job_id, count(*) FROM image_source s
            WHERE s.state = 'failed' OR s.image_id IN (
                SELECT t.image_id FROM image_stage t JOIN image i ON i.image_id = t.image_id
                WHERE t.state = 'failed' AND i.rejected_reason IS NULL)
            GROUP BY s.job_id ORDER BY 2 DESC, 1 LIMIT $1
            """);
        await using var reader = await command.With(limit).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            jobs.Add((reader.GetGuid(0), reader.GetInt64(1)));
        }

        return jobs;
    }

    /// <summary>Files that were refused or failed, at ingest or at a stage, by URI.</summary>
    /// <param name="reason">Of this reason alone; null for all.</param>
    /// <param name="after">Only URIs above this one; null from the beginning.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<TroubledFile>> TroubledAsync(
        string? reason, string? after, int limit, CancellationToken cancel = default)
    {
        var files = new List<TroubledFile>();
        await using var command = source.CreateCommand(
            """
            SELECT r.uri, r.image_id, r.state, r.reason, r.detail
            FROM (
                SELECT f.uri, f.image_id, f.state, f.reason, f.detail FROM image_file f WHERE f.state <> 'ingested'
                UNION ALL
                SELECT s.uri, s.image_id, t.state, t.reason, t.detail
                FROM image_stage t JOIN image i ON i.image_id = t.image_id AND i.rejected_reason IS NULL
                JOIN image_source s ON s.image_id = t.image_id
                WHERE t.state = 'failed') r
            WHERE ($1 IS NULL OR r.reason = $1) AND ($2 IS NULL OR r.uri COLLATE "C" > $2)
            ORDER BY r.uri COLLATE "C" LIMIT $3
            """);
        command.With(reason, "text").With(after, "text").With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            files.Add(new TroubledFile(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetGuid(1), reader.GetString(2), reader.GetString(3),
                reader.IsDBNull(4) ? null : reader.GetString(4)));
        }

        return files;
    }

    internal static async Task<IReadOnlyList<SourceCount>> ReadCountsAsync(NpgsqlCommand command, CancellationToken cancel)
    {
        var counts = new List<SourceCount>();
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            counts.Add(new SourceCount(
                Words.Parse<SourceState>(reader.GetString(0)),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetInt64(2)));
        }

        return counts;
    }

    /// <summary>Adds the statements that store rows; the first returns the images that were not there before.</summary>
    internal static void AddRows(NpgsqlBatch batch, IReadOnlyList<SourceRow> rows, Guid jobId)
    {
        AddImages(batch, rows
            .Where(static row => row.Image is not null)
            .Select(static row => row.Image!)
            .SortedByKey(static image => image.ImageId));
        AddSources(batch, rows.SortedByKey(static row => row.Uri, StringComparer.Ordinal), jobId);
    }

    static void AddImages(NpgsqlBatch batch, List<ImageRow> images) => batch
        .Add(
            """
            INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes, frames, has_alpha, taken_at)
            SELECT r.image_id, r.sha256, r.format, r.width_px, r.height_px, r.bytes, r.frames, r.has_alpha, r.taken_at
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
                AS r(image_id, sha256, format, width_px, height_px, bytes, frames, has_alpha, taken_at)
            ON CONFLICT (image_id) DO NOTHING
            RETURNING image_id
            """)
        .With(images.Column(static image => image.ImageId))
        .With(images.Column(static image => image.Sha256))
        .With(images.Column(static image => image.Format))
        .With(images.Column(static image => image.WidthPx))
        .With(images.Column(static image => image.HeightPx))
        .With(images.Column(static image => image.Bytes))
        .With(images.Column(static image => image.Frames))
        .With(images.Column(static image => image.HasAlpha))
        .With(images.Column(static image => WithoutZone(image.TakenAt)), "timestamp[]");

    static void AddSources(NpgsqlBatch batch, List<SourceRow> rows, Guid jobId) => batch
        .Add(
            """
            INSERT INTO image_source (uri, etag, bytes, modified_at, image_id, state, reason, detail, warning, job_id)
            SELECT r.uri, r.etag, r.bytes, r.modified_at, r.image_id, r.state, r.reason, r.detail, r.warning, $10
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)
                AS r(uri, etag, bytes, modified_at, image_id, state, reason, detail, warning)
            ON CONFLICT (uri) DO UPDATE
            SET etag = excluded.etag, bytes = excluded.bytes, modified_at = excluded.modified_at,
                image_id = excluded.image_id, state = excluded.state, reason = excluded.reason,
                detail = excluded.detail, warning = excluded.warning, job_id = excluded.job_id, seen_at = now()
            """)
        .With(rows.Column(static row => row.Uri))
        .With(rows.Column(static row => row.Etag))
        .With(rows.Column(static row => row.Bytes))
        .With(rows.Column(static row => row.ModifiedAt?.ToUniversalTime()), "timestamptz[]")
        .With(rows.Column(static row => row.Image?.ImageId))
        .With(rows.Column(static row => row.State.ToSql()))
        .With(rows.Column(static row => row.Reason))
        .With(rows.Column(static row => row.Detail))
        .With(rows.Column(static row => row.Warning))
        .With(jobId);

    // A camera's clock has no zone, and the column none either; Npgsql insists that the value says so.
    static DateTime? WithoutZone(DateTime? time) =>
        time is { } value ? DateTime.SpecifyKind(value, DateTimeKind.Unspecified) : null;
}
