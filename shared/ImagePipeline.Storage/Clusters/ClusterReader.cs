using System.Runtime.CompilerServices;
using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>What a run found, as people see it: what they merged is one cluster, what they split is several.</summary>
public sealed class ClusterReader(NpgsqlDataSource source)
{
    /// <summary>The clusters of a run that are shown, the largest first.</summary>
    public async Task<IReadOnlyList<ShownCluster>> ListAsync(int runId, CancellationToken cancel = default)
    {
        var clusters = new List<ShownCluster>();
        await using var command = source.CreateCommand(
            """
            SELECT c.cluster_no, coalesce(c.label, c.suggested_name, 'cluster ' || c.cluster_no), c.label, c.suggested_name, c.evidence,
                   c.size + coalesce(p.size, 0), c.medoid_image_id, c.cohesion, c.radius, c.x, c.y, coalesce(p.parts, ARRAY[]::int[])
            FROM cluster c
            LEFT JOIN (
                SELECT merged_into, sum(size)::bigint AS size, array_agg(cluster_no ORDER BY cluster_no) AS parts
                FROM cluster WHERE run_id = $1 GROUP BY merged_into) p ON p.merged_into = c.cluster_no
            WHERE c.run_id = $1 AND c.merged_into IS NULL AND NOT c.split
            ORDER BY 6 DESC, c.cluster_no
            """);
        command.With(runId);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            clusters.Add(new ShownCluster
            {
                RunId = runId,
                Number = reader.GetInt32(0),
                Name = reader.GetString(1),
                Label = reader.IsDBNull(2) ? null : reader.GetString(2),
                SuggestedName = reader.IsDBNull(3) ? null : reader.GetString(3),
                EvidenceJson = reader.IsDBNull(4) ? null : reader.GetString(4),
                Size = reader.GetInt64(5),
                MedoidImageId = reader.IsDBNull(6) ? null : reader.GetGuid(6),
                Cohesion = reader.GetFloat(7),
                Radius = reader.GetFloat(8),
                X = reader.IsDBNull(9) ? null : reader.GetFloat(9),
                Y = reader.IsDBNull(10) ? null : reader.GetFloat(10),
                Parts = reader.GetFieldValue<int[]>(11),
            });
        }

        return clusters;
    }

    /// <summary>The highest number that a cluster of a run has; 0 where it has none.</summary>
    public async Task<int> LastNumberAsync(int runId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("SELECT coalesce(max(cluster_no), 0) FROM cluster WHERE run_id = $1");
        return (int)(await command.With(runId).ExecuteScalarAsync(cancel))!;
    }

    /// <summary>Members of a cluster that is shown, the most typical first; of those in none the nearest to some cluster.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cluster">The cluster; null for images in none.</param>
    /// <param name="limit">Most rows to return.</param>
    /// <param name="last">Whether the least typical come first.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ClusterMember>> MembersAsync(
        int runId, int? cluster, int limit, bool last = false, CancellationToken cancel = default)
    {
        var members = new List<ClusterMember>();
        await using var command = source.CreateCommand(
            $"""
            SELECT image_id, distance, x, y FROM cluster_member
            WHERE run_id = $1 AND {(cluster is null
                ? "cluster_no IS NULL AND $2 IS NULL"
                : "cluster_no IN (SELECT cluster_no FROM cluster WHERE run_id = $1 AND (cluster_no = $2 OR merged_into = $2))")}
            ORDER BY distance {(last ? "DESC" : "")} NULLS LAST, image_id
            LIMIT $3
            """);
        command.With(runId).With(cluster, "int4").With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            members.Add(new ClusterMember(
                reader.GetGuid(0), cluster, Number(reader, 1), Number(reader, 2), Number(reader, 3)));
        }

        return members;
    }

    /// <summary>One page of a cluster that is shown, the most typical first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="after">Only those behind this image: the last of the page before.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ClusterMember>> PageAsync(
        int runId, int cluster, Guid? after, int limit, CancellationToken cancel = default)
    {
        var members = new List<ClusterMember>();
        await using var command = source.CreateCommand(
            """
            SELECT image_id, distance, x, y FROM cluster_member
            WHERE run_id = $1
                AND cluster_no IN (SELECT cluster_no FROM cluster WHERE run_id = $1 AND (cluster_no = $2 OR merged_into = $2))
                AND ($3 IS NULL OR (coalesce(distance, 'Infinity'), image_id) > (
                    SELECT coalesce(distance, 'Infinity'), image_id FROM cluster_member WHERE run_id = $1 AND image_id = $3))
            ORDER BY distance NULLS LAST, image_id LIMIT $4
            """);
        command.With(runId).With(cluster).With(after, "uuid").With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            members.Add(new ClusterMember(reader.GetGuid(0), cluster, Number(reader, 1), Number(reader, 2), Number(reader, 3)));
        }

        return members;
    }

    /// <summary>The most typical members of clusters that are shown, of each the most typical first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="clusters">The clusters.</param>
    /// <param name="limit">Most of each.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<ILookup<int, Guid>> TypicalAsync(
        int runId, IReadOnlyCollection<int> clusters, int limit, CancellationToken cancel = default)
    {
        var typical = new List<(int Cluster, Guid ImageId)>();
        await using var command = source.CreateCommand(
            """
            SELECT w.cluster_no, m.image_id
            FROM unnest($2) AS w(cluster_no) CROSS JOIN LATERAL (
                SELECT p.image_id, p.distance FROM cluster c JOIN LATERAL (
                    SELECT image_id, distance FROM cluster_member
                    WHERE run_id = $1 AND cluster_no = c.cluster_no ORDER BY distance NULLS LAST, image_id LIMIT $3) p ON true
                WHERE c.run_id = $1 AND (c.cluster_no = w.cluster_no OR c.merged_into = w.cluster_no)
                ORDER BY p.distance NULLS LAST, p.image_id LIMIT $3) m
            ORDER BY w.cluster_no, m.distance NULLS LAST, m.image_id
            """);
        command.With(runId).With(clusters.ToArray()).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            typical.Add((reader.GetInt32(0), reader.GetGuid(1)));
        }

        return typical.ToLookup(static one => one.Cluster, static one => one.ImageId);
    }

    /// <summary>Every image of a run and the cluster that it is shown in, by ascending id.</summary>
    public async IAsyncEnumerable<ClusterMember> StreamAsync(int runId, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        const int PageRows = 20_000;
        var last = Guid.Empty;
        for (var read = PageRows; read == PageRows;)
        {
            read = 0;
            await using var command = source.CreateCommand(
                """
                SELECT m.image_id, coalesce(c.merged_into, c.cluster_no), m.distance, m.x, m.y
                FROM cluster_member m LEFT JOIN cluster c ON c.run_id = $1 AND c.cluster_no = m.cluster_no
                WHERE m.run_id = $1 AND m.image_id > $2
                ORDER BY m.image_id LIMIT $3
                """);
            command.With(runId).With(last).With(PageRows);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); read++)
            {
                last = reader.GetGuid(0);
                yield return new ClusterMember(
                    last, reader.IsDBNull(1) ? null : reader.GetInt32(1), Number(reader, 2), Number(reader, 3), Number(reader, 4));
            }
        }
    }

    /// <summary>Images of a run that are on its map and the clusters that they are shown in, by ascending id.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="limit">Most images; ids are digests, so that of more it is a fair sample.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ClusterMember>> MapAsync(int runId, int limit, CancellationToken cancel = default)
    {
        var members = new List<ClusterMember>();
        await using var command = source.CreateCommand(
            """
            SELECT m.image_id, coalesce(c.merged_into, c.cluster_no), m.distance, m.x, m.y
            FROM cluster_member m LEFT JOIN cluster c ON c.run_id = $1 AND c.cluster_no = m.cluster_no
            WHERE m.run_id = $1 AND m.x IS NOT NULL
            ORDER BY m.image_id LIMIT $2
            """);
        command.With(runId).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            members.Add(new ClusterMember(
                reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), Number(reader, 2), Number(reader, 3), Number(reader, 4)));
        }

        return members;
    }

    /// <summary>How the clusters of two runs share their images, over the images that both have.</summary>
    /// <param name="one">The one run.</param>
    /// <param name="other">The other run.</param>
    /// <param name="shown">Whether clusters are those that are shown; else those that were computed.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ClusterOverlap>> OverlapAsync(int one, int other, bool shown, CancellationToken cancel = default)
    {
        var overlaps = new List<ClusterOverlap>();
        await using var command = source.CreateCommand(
            $"""
            SELECT {(shown ? "coalesce(c.merged_into, a.cluster_no)" : "a.cluster_no")} AS one,
                   {(shown ? "coalesce(d.merged_into, b.cluster_no)" : "b.cluster_no")} AS other, sum(images)::bigint
            FROM (SELECT a.cluster_no, b.cluster_no, count(*)
                  FROM cluster_member a JOIN cluster_member b ON b.run_id = $2 AND b.image_id = a.image_id
                  WHERE a.run_id = $1 GROUP BY 1, 2) AS o(a, b, images)
            CROSS JOIN LATERAL (SELECT o.a AS cluster_no) a
            CROSS JOIN LATERAL (SELECT o.b AS cluster_no) b
            LEFT JOIN cluster c ON c.run_id = $1 AND c.cluster_no = o.a
            LEFT JOIN cluster d ON d.run_id = $2 AND d.cluster_no = o.b
            GROUP BY 1, 2 ORDER BY 1, 2
            """);
        command.With(one).With(other);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            overlaps.Add(new ClusterOverlap(
                reader.IsDBNull(0) ? null : reader.GetInt32(0), reader.IsDBNull(1) ? null : reader.GetInt32(1), reader.GetInt64(2)));
        }

        return overlaps;
    }

    static float? Number(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFloat(column);
}
