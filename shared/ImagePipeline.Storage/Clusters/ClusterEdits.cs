using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>What people do to the clusters of a run: name, merge and split them. Each is one transaction with the note
/// of it, by which later runs follow.</summary>
public sealed class ClusterEdits(NpgsqlDataSource source)
{
    const string Parts = "(cluster_no = $2 OR merged_into = $2)";

    /// <summary>Names a cluster, with what is merged into it; an empty name takes the name away.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cluster">A cluster that is shown.</param>
    /// <param name="label">The name.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task LabelAsync(int runId, int cluster, string label, string by, CancellationToken cancel = default)
    {
        var name = label.Trim();
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddForgetLabel(batch, runId, cluster);
        batch.Add("UPDATE cluster SET label = nullif($3, '') WHERE run_id = $1 AND cluster_no = $2").With(runId).With(cluster).With(name);
        if (name.Length > 0)
        {
            AddLabel(batch, runId, cluster, by);
        }

        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Merges a cluster into another, which keeps its name, or takes that of the other where it has
    /// none.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="into">A cluster that is shown.</param>
    /// <param name="other">Another one.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task MergeAsync(int runId, int into, int other, string by, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        AddForgetLabel(batch, runId, into);
        AddForgetLabel(batch, runId, other);
        batch
            .Add(
                """
                UPDATE cluster c
                SET label = coalesce(c.label, (SELECT o.label FROM cluster o WHERE o.run_id = $1 AND o.cluster_no = $3))
                WHERE c.run_id = $1 AND c.cluster_no = $2
                """)
            .With(runId).With(into).With(other);
        batch
            .Add(
                """
                UPDATE cluster SET merged_into = $2, label = NULL
                WHERE run_id = $1 AND (cluster_no = $3 OR merged_into = $3)
                """)
            .With(runId).With(into).With(other);
        // Said anew: what was said of any of these before is part of it, or is taken back by it.
        batch
            .Add(
                $"""
                DELETE FROM cluster_decision d
                WHERE d.run_id = $1 AND d.kind <> 'label' AND 1 < (
                    SELECT count(*) FROM cluster WHERE run_id = $1 AND {Parts} AND cluster_no = ANY(d.clusters))
                """)
            .With(runId).With(into);
        batch
            .Add(
                $"""
                INSERT INTO cluster_decision (model_id, kind, run_id, clusters, parts, decided_by)
                SELECT (SELECT model_id FROM cluster_run WHERE run_id = $1), 'merge', $1, array_agg(cluster_no), array_agg(0), $3
                FROM cluster WHERE run_id = $1 AND {Parts}
                """)
            .With(runId).With(into).With(by);
        AddLabel(batch, runId, into, by);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>Puts the members of a cluster into new ones. The first of these keeps its label.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cluster">A cluster that is shown.</param>
    /// <param name="made">The new clusters, of numbers that the run does not have yet.</param>
    /// <param name="members">Its members in them.</param>
    /// <param name="by">Who says so; null where a new run follows what was said before, and notes it when it
    /// ends.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task SplitAsync(
        int runId, int cluster, IReadOnlyList<ClusterRow> made, IReadOnlyList<ClusterMember> members, string? by,
        CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var slice in members.Chunk(4096))
        {
            await using var moving = connection.CreateBatch();
            moving
                .Add(
                    """
                    UPDATE cluster_member m SET cluster_no = r.cluster_no, distance = r.distance
                    FROM unnest($2, $3, $4) AS r(image_id, cluster_no, distance)
                    WHERE m.run_id = $1 AND m.image_id = r.image_id
                    """)
                .With(runId).With(slice.Column(static row => row.ImageId)).With(slice.Column(static row => row.Cluster))
                .With(slice.Column(static row => row.Distance));
            await moving.ExecuteNonQueryAsync(cancel);
        }

        await using var batch = connection.CreateBatch();
        AddForgetLabel(batch, runId, cluster);
        AddClusters(batch, runId, made);
        batch
            .Add(
                """
                UPDATE cluster n SET label = c.label FROM cluster c
                WHERE n.run_id = $1 AND n.cluster_no = $3 AND c.run_id = $1 AND c.cluster_no = $2
                """)
            .With(runId).With(cluster).With(made[0].Number);
        batch
            .Add($"DELETE FROM cluster_decision WHERE run_id = $1 AND kind = 'merge' AND $2 = ANY(clusters)")
            .With(runId).With(cluster);
        batch
            .Add($"UPDATE cluster SET split = true, merged_into = NULL, label = NULL, size = 0 WHERE run_id = $1 AND {Parts}")
            .With(runId).With(cluster);
        if (by is not null)
        {
            batch
                .Add(
                    """
                    INSERT INTO cluster_decision (model_id, kind, run_id, clusters, parts, decided_by)
                    SELECT model_id, 'split', run_id, $2, $3, $4 FROM cluster_run WHERE run_id = $1
                    """)
                .With(runId).With(made.Column(static row => row.Number)).With(Enumerable.Range(0, made.Count).ToArray()).With(by);
            AddLabel(batch, runId, made[0].Number, by);
        }

        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>What people said about the clusters of a model and what still holds, in the order it was
    /// said.</summary>
    public async Task<IReadOnlyList<ClusterDecision>> ReadDecisionsAsync(string modelId, CancellationToken cancel = default)
    {
        var decisions = new List<ClusterDecision>();
        await using var command = source.CreateCommand(
            """
            SELECT decision_id, kind, label, run_id, clusters, parts FROM cluster_decision WHERE model_id = $1 ORDER BY decision_id
            """);
        command.With(modelId);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            decisions.Add(new ClusterDecision(
                reader.GetInt32(0), Words.Parse<ClusterDecisionKind>(reader.GetString(1)),
                reader.IsDBNull(2) ? null : reader.GetString(2), reader.GetInt32(3),
                reader.GetFieldValue<int[]>(4), reader.GetFieldValue<int[]>(5)));
        }

        return decisions;
    }

    /// <summary>Adds the statements that make earlier decisions hold for the clusters of a run. Merges before labels,
    /// which go to what is shown.</summary>
    internal static void AddCarried(NpgsqlBatch batch, int runId, IReadOnlyList<CarriedDecision> carried)
    {
        foreach (var (decision, clusters, parts) in carried.OrderByDescending(static one => one.Decision.Kind))
        {
            var numbers = clusters.ToArray();
            batch
                .Add("UPDATE cluster_decision SET run_id = $2, clusters = $3, parts = $4 WHERE decision_id = $1")
                .With(decision.DecisionId).With(runId).With(numbers).With(parts.ToArray());
            if (decision.Kind == ClusterDecisionKind.Merge && numbers.Length > 1)
            {
                // Of what an earlier decision merged, the whole goes along.
                batch
                    .Add(
                        """
                        WITH shown AS (
                            SELECT DISTINCT coalesce(merged_into, cluster_no) AS cluster_no FROM cluster
                            WHERE run_id = $1 AND cluster_no = ANY($2)),
                        whole AS (SELECT min(cluster_no) AS cluster_no FROM shown)
                        UPDATE cluster c SET merged_into = whole.cluster_no FROM whole
                        WHERE c.run_id = $1 AND coalesce(c.merged_into, c.cluster_no) IN (SELECT cluster_no FROM shown)
                            AND c.cluster_no <> whole.cluster_no
                        """)
                    .With(runId).With(numbers);
            }
            else if (decision.Kind == ClusterDecisionKind.Label)
            {
                batch
                    .Add(
                        """
                        UPDATE cluster SET label = $3 WHERE run_id = $1 AND cluster_no IN (
                            SELECT coalesce(merged_into, cluster_no) FROM cluster WHERE run_id = $1 AND cluster_no = ANY($2))
                        """)
                    .With(runId).With(numbers).With(decision.Label!);
            }
        }
    }

    internal static void AddClusters(NpgsqlBatch batch, int runId, IReadOnlyList<ClusterRow> rows) => batch
        .Add(
            """
            INSERT INTO cluster (run_id, cluster_no, centroid, medoid_image_id, size, cohesion, radius, x, y, suggested_name, evidence,
                split_from)
            SELECT $1, r.cluster_no, r.centroid, r.medoid, r.size, r.cohesion, r.radius, r.x, r.y, r.name, r.evidence::jsonb, r.split_from
            FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                AS r(cluster_no, centroid, medoid, size, cohesion, radius, x, y, name, evidence, split_from)
            """)
        .With(runId).With(rows.Column(static row => row.Number)).With(rows.Column(static row => row.Centroid), "halfvec[]")
        .With(rows.Column(static row => row.MedoidImageId)).With(rows.Column(static row => row.Size))
        .With(rows.Column(static row => row.Cohesion)).With(rows.Column(static row => row.Radius))
        .With(rows.Column(static row => row.X)).With(rows.Column(static row => row.Y))
        .With(rows.Column(static row => row.SuggestedName), "text[]").With(rows.Column(static row => row.EvidenceJson), "text[]")
        .With(rows.Column(static row => row.SplitFrom));

    internal static NpgsqlBatchCommand AddMembers(NpgsqlBatch batch, int runId, IReadOnlyList<ClusterMember> rows, bool arrived) => batch
        .Add(
            """
            INSERT INTO cluster_member (run_id, image_id, cluster_no, distance, x, y, arrived)
            SELECT $1, r.image_id, r.cluster_no, r.distance, r.x, r.y, $7
            FROM unnest($2, $3, $4, $5, $6) AS r(image_id, cluster_no, distance, x, y)
            ON CONFLICT (run_id, image_id) DO NOTHING
            """)
        .With(runId).With(rows.Column(static row => row.ImageId)).With(rows.Column(static row => row.Cluster))
        .With(rows.Column(static row => row.Distance)).With(rows.Column(static row => row.X)).With(rows.Column(static row => row.Y))
        .With(arrived);

    /// <summary>Adds what takes a cluster, with its parts, out of the labels said so far.</summary>
    static void AddForgetLabel(NpgsqlBatch batch, int runId, int cluster)
    {
        batch
            .Add(
                $"""
                UPDATE cluster_decision d SET (clusters, parts) = (
                    SELECT coalesce(array_agg(n), ARRAY[]::int[]), coalesce(array_agg(0), ARRAY[]::int[]) FROM unnest(d.clusters) AS n
                    WHERE n NOT IN (SELECT cluster_no FROM cluster WHERE run_id = $1 AND {Parts}))
                WHERE d.run_id = $1 AND d.kind = 'label'
                """)
            .With(runId).With(cluster);
        batch.Add("DELETE FROM cluster_decision WHERE run_id = $1 AND kind = 'label' AND cardinality(clusters) = 0").With(runId);
    }

    /// <summary>Adds the note of the label that a cluster has, if it has one.</summary>
    static void AddLabel(NpgsqlBatch batch, int runId, int cluster, string by) => batch
        .Add(
            $"""
            INSERT INTO cluster_decision (model_id, kind, label, run_id, clusters, parts, decided_by)
            SELECT (SELECT model_id FROM cluster_run WHERE run_id = $1), 'label', c.label, $1, p.clusters, p.parts, $3
            FROM cluster c,
                (SELECT array_agg(cluster_no) AS clusters, array_agg(0) AS parts FROM cluster WHERE run_id = $1 AND {Parts}) p
            WHERE c.run_id = $1 AND c.cluster_no = $2 AND c.label IS NOT NULL
            """)
        .With(runId).With(cluster).With(by);
}
