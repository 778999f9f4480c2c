using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>Reads how people put clusters together, and puts them together so again: by this a label or a merge is taken back.</summary>
public sealed class ClusterArrangements(NpgsqlDataSource source)
{
    const string Among = "(cluster_no = ANY($2) OR merged_into = ANY($2))";

    /// <summary>What holds for clusters of a run.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="numbers">Clusters that are shown; others are left out.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<ClusterArrangement> ReadAsync(int runId, IReadOnlyCollection<int> numbers, CancellationToken cancel = default)
    {
        var (clusters, splits) = (new List<ArrangedCluster>(), new List<ArrangedSplit>());
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        batch
            .Add(
                """
                SELECT c.cluster_no, c.label, ARRAY(
                    SELECT p.cluster_no FROM cluster p WHERE p.run_id = $1 AND p.merged_into = c.cluster_no ORDER BY p.cluster_no)
                FROM cluster c
                WHERE c.run_id = $1 AND c.cluster_no = ANY($2) AND c.merged_into IS NULL AND NOT c.split ORDER BY c.cluster_no
                """)
            .With(runId).With(numbers.ToArray());
        batch.Add($"SELECT d.clusters, d.parts FROM cluster_decision d WHERE {SplitAmong} ORDER BY d.decision_id")
            .With(runId).With(numbers.ToArray());
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            clusters.Add(new ArrangedCluster(
                reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetFieldValue<int[]>(2)));
        }

        await reader.NextResultAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            splits.Add(new ArrangedSplit(reader.GetFieldValue<int[]>(0), reader.GetFieldValue<int[]>(1)));
        }

        return new ClusterArrangement(clusters, splits);
    }

    /// <summary>Puts clusters together as they were, and notes it for later runs, in one transaction.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="arrangement">What holds from now on; no cluster twice.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>False, and nothing changed, where the run has no such clusters, or some are merged with others by now.</returns>
    public async Task<bool> RestoreAsync(int runId, ClusterArrangement arrangement, string by, CancellationToken cancel = default)
    {
        var numbers = arrangement.Numbers.ToArray();
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await IsWholeAsync(connection, runId, numbers, cancel))
        {
            return false;
        }

        await using var batch = connection.CreateBatch();
        // Of a label that was carried over to others too, those keep it.
        batch
            .Add(
                """
                UPDATE cluster_decision d SET (clusters, parts) = (
                    SELECT coalesce(array_agg(n), ARRAY[]::int[]), coalesce(array_agg(0), ARRAY[]::int[]) FROM unnest(d.clusters) AS n
                    WHERE n <> ALL($2))
                WHERE d.run_id = $1 AND d.kind = 'label'
                """)
            .With(runId).With(numbers);
        batch.Add("DELETE FROM cluster_decision WHERE run_id = $1 AND kind = 'label' AND cardinality(clusters) = 0").With(runId);
        batch.Add("DELETE FROM cluster_decision WHERE run_id = $1 AND kind = 'merge' AND clusters && $2").With(runId).With(numbers);
        batch.Add($"DELETE FROM cluster_decision d WHERE {SplitAmong}").With(runId).With(numbers);
        (int Number, int? Into, string? Label)[] rows =
        [
            .. arrangement.Clusters.Select(cluster => (cluster.Number, (int?)null, cluster.Label)),
            .. arrangement.Clusters.SelectMany(cluster => cluster.Parts.Select(part => (part, (int?)cluster.Number, (string?)null))),
        ];
        batch
            .Add(
                """
                UPDATE cluster c SET merged_into = r.into_no, label = r.label
                FROM unnest($2, $3, $4) AS r(cluster_no, into_no, label) WHERE c.run_id = $1 AND c.cluster_no = r.cluster_no
                """)
            .With(runId).With(rows.Column(static row => row.Number)).With(rows.Column(static row => row.Into), "int4[]")
            .With(rows.Column(static row => row.Label), "text[]");
        AddDecisions(batch, runId, arrangement, by);
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    static void AddDecisions(NpgsqlBatch batch, int runId, ClusterArrangement arrangement, string by)
    {
        void Add(string kind, string? label, IEnumerable<int> clusters, IEnumerable<int>? parts)
        {
            var numbers = clusters.ToArray();
            batch
                .Add(
                    """
                    INSERT INTO cluster_decision (model_id, kind, label, run_id, clusters, parts, decided_by)
                    SELECT model_id, $2, $3, run_id, $4, $5, $6 FROM cluster_run WHERE run_id = $1
                    """)
                .With(runId).With(kind).With(label, "text").With(numbers).With(parts?.ToArray() ?? new int[numbers.Length]).With(by);
        }

        foreach (var split in arrangement.Splits)
        {
            Add("split", null, split.Clusters, split.Parts);
        }

        foreach (var cluster in arrangement.Clusters.Where(static cluster => cluster.Parts.Count > 0))
        {
            Add("merge", null, cluster.Parts.Prepend(cluster.Number), null);
        }

        foreach (var cluster in arrangement.Clusters.Where(static cluster => cluster.Label is not null))
        {
            Add("label", cluster.Label, cluster.Parts.Prepend(cluster.Number), null);
        }
    }

    /// <summary>Whether a run has these clusters, unsplit, and none of them is merged with another; their rows are held until the end.</summary>
    static async Task<bool> IsWholeAsync(NpgsqlConnection connection, int runId, int[] numbers, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT cluster_no, merged_into, split FROM cluster WHERE run_id = $1 AND {Among} ORDER BY cluster_no FOR UPDATE", connection);
        command.With(runId).With(numbers);
        var missing = numbers.ToHashSet();
        var isWhole = true;
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            isWhole &= missing.Remove(reader.GetInt32(0)) && !reader.GetBoolean(2)
                && (reader.IsDBNull(1) || numbers.Contains(reader.GetInt32(1)));
        }

        return isWhole && missing.Count == 0;
    }

    /// <summary>Splits that are about more than one of these clusters: a merge of them takes those back.</summary>
    static string SplitAmong =>
        $"""
        d.run_id = $1 AND d.kind = 'split' AND 1 < (
            SELECT count(*) FROM cluster WHERE run_id = $1 AND {Among} AND cluster_no = ANY(d.clusters))
        """;
}
