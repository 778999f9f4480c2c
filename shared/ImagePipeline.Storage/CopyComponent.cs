using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Finds all copies that are connected with some images.</summary>
static class CopyComponent
{
    /// <summary>Where the search ends, so that it ends.</summary>
    public const int MaximumEdges = 50_000;

    /// <summary>Everything connected with these images: through pairs of copies, and through the groups of copies they are in now. A
    /// verdict not_a_copy removes an edge and a verdict copy adds one. Breadth first, so that a bound cuts off what is farthest.</summary>
    /// <param name="connection">Where to read.</param>
    /// <param name="ids">Where to begin.</param>
    /// <param name="maxEdges">Stops after about this many edges and says so.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public static async Task<DuplicateComponent> ReadAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, int maxEdges, CancellationToken cancel)
    {
        var images = new HashSet<Guid>(ids);
        var edges = new Dictionary<(Guid, Guid), DuplicateEdge>();
        var frontier = images.ToArray();
        while (frontier.Length > 0 && edges.Count < maxEdges)
        {
            var reached = new HashSet<Guid>();
            await using var batch = connection.CreateBatch();
            batch.Add(Queries.ComponentEdges)
                .With(frontier)
                .With<string[]>([DuplicateKind.SamePixels.ToSql(), DuplicateKind.EditedCopy.ToSql()])
                .With(true)
                .With(maxEdges);
            batch
                .Add(
                    """
                    SELECT o.image_id
                    FROM duplicate_member m JOIN duplicate_member o ON o.family = m.family AND o.group_id = m.group_id
                    WHERE m.family = 'copy' AND m.image_id = ANY($1)
                    """)
                .With(frontier);
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                var edge = DuplicateStore.ReadEdge(reader);
                edges[(edge.A, edge.B)] = edge;
                reached.Add(edge.A);
                reached.Add(edge.B);
            }
            await reader.NextResultAsync(cancel);
            while (await reader.ReadAsync(cancel))
            {
                reached.Add(reader.GetGuid(0));
            }
            reached.ExceptWith(images);
            images.UnionWith(reached);
            frontier = [.. reached];
        }
        return new DuplicateComponent(images, [.. edges.Values], edges.Count >= maxEdges);
    }
}
