using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>Keeps the trees of agglomerative and two-level runs, whole. They go with their run.</summary>
public sealed class ClusterTreeStore(NpgsqlDataSource source)
{
    /// <summary>Stores the tree of a run that is being computed.</summary>
    /// <param name="runId">The run; it has none yet.</param>
    /// <param name="tree">One image or more.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task WriteAsync(int runId, ClusterTree tree, CancellationToken cancel = default)
    {
        var merges = tree.Merges.Merges;
        await using var command = source.CreateCommand(
            """
            INSERT INTO cluster_dendrogram (run_id, linkage, leaves, joined_a, joined_b, distances, centroids, sizes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """);
        command.With(runId).With(tree.Linkage.ToSql()).With(tree.Images.ToArray()).With(merges.Column(static merge => merge.A))
            .With(merges.Column(static merge => merge.B)).With(merges.Column(static merge => merge.Distance))
            .With(tree.Groups?.Centroids.Memory.ToArray(), "float4[]").With(tree.Groups?.Sizes.ToArray(), "int4[]");
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The tree of a run; null where it has none.</summary>
    /// <exception cref="ArgumentException">What is stored is no tree.</exception>
    public async Task<ClusterTree?> FindAsync(int runId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT linkage, leaves, joined_a, joined_b, distances, centroids, sizes FROM cluster_dendrogram WHERE run_id = $1");
        await using var reader = await command.With(runId).ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }

        var leaves = reader.GetFieldValue<Guid[]>(1);
        var merges = Dendrogram.Of(leaves.Length, reader.GetFieldValue<int[]>(2), reader.GetFieldValue<int[]>(3), reader.GetFieldValue<float[]>(4));
        var tree = new ClusterTree(Words.Parse<Linkage>(reader.GetString(0)), leaves, merges);
        if (reader.IsDBNull(5))
        {
            return tree;
        }

        var centroids = reader.GetFieldValue<float[]>(5);
        return tree with
        {
            Groups = new TreeGroups(new VectorMatrix(centroids, leaves.Length, centroids.Length / leaves.Length), reader.GetFieldValue<int[]>(6)),
        };
    }
}
