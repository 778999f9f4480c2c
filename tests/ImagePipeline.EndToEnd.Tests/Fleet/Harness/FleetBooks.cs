namespace ImagePipeline.EndToEnd.Tests.Fleet.Harness;

/// <summary>What the database is asked to prove that nothing was lost and nothing doubled.</summary>
static class FleetBooks
{
    const string EmbedStage = "embed:fingerprint_2";
    const string RelateVectorsStage = "relate:fingerprint_2";

    /// <summary>Per stage, images in some object that it has no lasting answer for, those left out that the stage before has rejected.</summary>
    public const string ToDo =
        $"""
        SELECT s.stage, count(i.image_id)
        FROM (VALUES ('hash', NULL), ('{EmbedStage}', NULL), ('relate:hash', 'hash'), ('{RelateVectorsStage}', '{EmbedStage}')) s (stage, before)
        LEFT JOIN image i ON EXISTS (SELECT 1 FROM image_source f WHERE f.image_id = i.image_id) AND NOT EXISTS (
            SELECT 1 FROM image_stage t WHERE t.image_id = i.image_id
                AND (t.stage = s.stage AND t.state IN ('done', 'rejected') OR t.stage = s.before AND t.state = 'rejected'))
        GROUP BY s.stage ORDER BY s.stage
        """;

    /// <summary>Images that have no hash yet.</summary>
    public const string ToDoOfHash =
        """
        SELECT 'hash', count(*) FROM image i WHERE NOT EXISTS (
            SELECT 1 FROM image_stage t WHERE t.stage = 'hash' AND t.image_id = i.image_id AND t.state IN ('done', 'rejected'))
        """;

    /// <summary>Jobs, their counts, and whether these add up.</summary>
    public const string Counts =
        """
        SELECT state, discovered, ingested, already_known, rejected, failed,
            discovered = ingested + already_known + rejected + failed AND ingested >= 0
        FROM ingest_job_status ORDER BY started_at
        """;

    /// <summary>What went wrong with jobs.</summary>
    public const string Errors = "SELECT state, error FROM ingest_job WHERE error IS NOT NULL";

    /// <summary>A row while look-alikes are to be grouped anew.</summary>
    public const string NotGrouped = "SELECT 1 FROM similar_grouping WHERE changes <> grouped";

    /// <summary>Parts of the work that are done: objects booked, and answers of stages.</summary>
    public const string Progress = "SELECT (SELECT count(*) FROM image_source) + (SELECT count(*) FROM image_stage)";

    /// <summary>Everything that the stages have made, and what is known of every image, without times and counts of attempts.</summary>
    public static IReadOnlyList<(string Name, string Sql)> Results { get; } =
    [
        ("image", "SELECT image_id, sha256, format, width_px, height_px, bytes, frames, has_alpha, rejected_reason FROM image"),
        ("hash", "SELECT image_id, algorithm, ahash::text, dhash::text, phash::text, pdq::text, pdq_quality FROM image_hash"),
        ("palette", "SELECT image_id, colours::text, shares::text FROM image_palette"),
        ("vector", "SELECT image_id, embedding::text FROM embedding_fingerprint_2"),
        ("stage", "SELECT stage, image_id, state, reason FROM image_stage"),
        ("pair", "SELECT a, b, kind, evidence, transform, distance::text, model_id FROM near_duplicate"),
        ("group", "SELECT family, group_id, size FROM duplicate_group"),
        ("member", "SELECT family, image_id, group_id, kind, evidence, transform, distance::text FROM duplicate_member"),
    ];

    /// <summary>The rows of every table of <see cref="Results"/>, sorted.</summary>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<string>>> ReadAsync(FleetPlace place)
    {
        var tables = new Dictionary<string, IReadOnlyList<string>>();
        foreach (var (name, sql) in Results)
        {
            tables[name] = [.. (await place.RowsAsync(sql.Replace("sha256,", "encode(sha256, 'hex'),", StringComparison.Ordinal))).Order(StringComparer.Ordinal)];
        }

        return tables;
    }

    /// <summary>The first differences between two readings; empty where there is none.</summary>
    public static string Compare(
        IReadOnlyDictionary<string, IReadOnlyList<string>> expected, IReadOnlyDictionary<string, IReadOnlyList<string>> actual)
    {
        var lines = new List<string>();
        foreach (var (name, rows) in expected)
        {
            var missing = rows.Except(actual[name]).ToArray();
            var more = actual[name].Except(rows).ToArray();
            if (missing.Length + more.Length > 0 || rows.Count != actual[name].Count)
            {
                lines.Add($"{name}: {rows.Count} rows expected, {actual[name].Count} there; {missing.Length} missing, {more.Length} more");
                lines.AddRange(missing.Take(3).Select(row => $"  - {Cut(row)}"));
                lines.AddRange(more.Take(3).Select(row => $"  + {Cut(row)}"));
            }
        }

        return string.Join('\n', lines);
    }

    static string Cut(string row) => row.Length > 200 ? row[..200] + "…" : row;
}
