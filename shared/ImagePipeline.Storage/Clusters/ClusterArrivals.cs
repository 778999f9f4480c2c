using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>A cluster as arrivals see it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Centroid">Its direction, of length 1.</param>
/// <param name="Radius">Cosine distance within which they join.</param>
public sealed record ClusterTarget(int Number, float[] Centroid, float Radius);

/// <summary>Images that came after a run, and the clusters that they join.</summary>
public sealed class ClusterArrivals(NpgsqlDataSource source)
{
    /// <summary>The active run of a model and how many of its clusters people split, by which it is seen that its
    /// targets changed; null where there is none, or one of a part of the images, which says nothing of others. What
    /// every batch asks first.</summary>
    public async Task<(int RunId, long Splits)?> FindRunAsync(string modelId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT r.run_id, (SELECT count(*) FROM cluster c WHERE c.run_id = r.run_id AND c.split)
            FROM cluster_run r WHERE r.model_id = $1 AND r.active AND NOT r.parameters ? 'where'
            """);
        await using var reader = await command.With(modelId).ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? (reader.GetInt32(0), reader.GetInt64(1)) : null;
    }

    /// <summary>The models that have such a run.</summary>
    public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT coalesce(array_agg(model_id ORDER BY model_id), ARRAY[]::text[]) FROM cluster_run WHERE active AND NOT parameters ? 'where'");
        return (string[])(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>The clusters of a run that arrivals may join; those that people split are not among them.</summary>
    public async Task<IReadOnlyList<ClusterTarget>> ReadTargetsAsync(int runId, CancellationToken cancel = default)
    {
        var targets = new List<ClusterTarget>();
        await using var command = source.CreateCommand(
            "SELECT cluster_no, centroid, radius FROM cluster WHERE run_id = $1 AND NOT split ORDER BY cluster_no");
        command.With(runId);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            targets.Add(new ClusterTarget(reader.GetInt32(0), reader.GetFieldValue<float[]>(1), reader.GetFloat(2)));
        }

        return targets;
    }

    /// <summary>Stores where arrivals belong; those that the run has already stay where they are.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="members">The images; none twice.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>How many were new, and of these how many are in no cluster.</returns>
    public async Task<(long Added, long Unassigned)> AddAsync(
        int runId, IReadOnlyList<ClusterMember> members, CancellationToken cancel = default)
    {
        const int SliceRows = 8192;
        var (added, unassigned) = (0L, 0L);
        await using var connection = await source.OpenConnectionAsync(cancel);
        foreach (var slice in members.SortedByKey(static member => member.ImageId).Chunk(SliceRows))
        {
            await using var batch = connection.CreateBatch();
            var adding = ClusterEdits.AddMembers(batch, runId, slice, arrived: true);
            // The sizes and counts are those of the rows that were new, in the same statement.
            adding.CommandText =
                $"""
                WITH added AS ({adding.CommandText} RETURNING cluster_no),
                counted AS (SELECT cluster_no, count(*) AS images FROM added GROUP BY cluster_no),
                grown AS (
                    UPDATE cluster c SET size = c.size + n.images FROM counted n WHERE c.run_id = $1 AND c.cluster_no = n.cluster_no)
                UPDATE cluster_run SET arrived = arrived + n.images, arrived_unassigned = arrived_unassigned + n.unassigned
                FROM (SELECT coalesce(sum(images), 0)::bigint AS images,
                             coalesce(sum(images) FILTER (WHERE cluster_no IS NULL), 0)::bigint AS unassigned FROM counted) n
                WHERE run_id = $1
                RETURNING n.images, n.unassigned
                """;
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            if (await reader.ReadAsync(cancel))
            {
                (added, unassigned) = (added + reader.GetInt64(0), unassigned + reader.GetInt64(1));
            }
        }

        return (added, unassigned);
    }

    /// <summary>From where the vectors that a run has not seen are to be looked for.</summary>
    public async Task<ulong> ReadHorizonAsync(int runId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("SELECT coalesce(followed_xid, '0') FROM cluster_run WHERE run_id = $1");
        await using var reader = await command.With(runId).ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel) ? reader.GetFieldValue<ulong>(0) : 0;
    }

    /// <summary>Notes that all vectors below a horizon were looked at; never back.</summary>
    public async Task MoveHorizonAsync(int runId, ulong horizon, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "UPDATE cluster_run SET followed_xid = greatest(followed_xid, $2) WHERE run_id = $1 AND followed_xid < $2");
        await command.With(runId).With(horizon, "xid8").ExecuteNonQueryAsync(cancel);
    }
}
