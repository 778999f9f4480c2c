using ImagePipeline.Core.Clustering;
using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>Keeps the trees of agglomerative runs, whole. They go with their run.</summary>
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
            "INSERT INTO cluster_dendrogram (run_id, linkage, leaves, joined_a, joined_b, distances) VALUES ($1, $2, $3, $4, $5, $6)");
        command.With(runId).With(tree.Linkage.ToSql()).With(tree.Images.ToArray()).With(merges.Column(static merge => merge.A))
            .With(merges.Column(static merge => merge.B)).With(merges.Column(static merge => merge.Distance));
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The tree of a run; null where it has none.</summary>
    /// <exception cref="ArgumentException">What is stored is no tree.</exception>
    public async Task<ClusterTree?> FindAsync(int runId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT linkage, leaves, joined_a, joined_b, distances FROM cluster_dendrogram WHERE run_id = $1");
        await using var reader = await command.With(runId).ExecuteReaderAsync(cancel);
        if (!await reader.ReadAsync(cancel))
        {
            return null;
        }

        var leaves = reader.GetFieldValue<Guid[]>(1);
        return new ClusterTree(
            Words.Parse<Linkage>(reader.GetString(0)), leaves,
            Dendrogram.Of(leaves.Length, reader.GetFieldValue<int[]>(2), reader.GetFieldValue<int[]>(3), reader.GetFieldValue<float[]>(4)));
    }
}
