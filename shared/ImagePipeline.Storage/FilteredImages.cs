using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Images that a filter wants: all of them in pages, or the nearest to a vector. As many come back as exist, up to the number asked
/// for: the filter is applied first, and what is left is compared exactly.</summary>
public sealed class FilteredImages(NpgsqlDataSource source)
{
    /// <summary>One page of images by ascending id, which is in no order that people know.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="after">Only ids above this one: the last of the page before.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<Guid>> PageAsync(
        ImageFilter filter, Guid? after, int limit, CancellationToken cancel = default)
    {
        var page = new List<Guid>(limit);
        await using var command = source.CreateCommand(
            $"SELECT i.image_id FROM image i WHERE {ImageFilter.Condition} AND i.image_id > $11 ORDER BY i.image_id LIMIT $12");
        filter.AddTo(command).With(after ?? Guid.Empty).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            page.Add(reader.GetGuid(0));
        }

        return page;
    }

    /// <summary>The nearest images to a vector among those that a filter wants, nearest first, exactly.</summary>
    /// <param name="modelId">The model that made the vector.</param>
    /// <param name="query">Vector of the model's length.</param>
    /// <param name="filter">Which.</param>
    /// <param name="k">Most rows to return.</param>
    /// <param name="exclude">An image to leave out.</param>
    /// <param name="maxDistance">Largest cosine distance.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<Neighbour>> NearestAsync(
        string modelId, float[] query, ImageFilter filter, int k, Guid? exclude, float? maxDistance, CancellationToken cancel = default)
    {
        var near = new List<Neighbour>(k);
        await using var command = source.CreateCommand(
            $"""
            WITH wanted AS MATERIALIZED (SELECT i.image_id FROM image i WHERE {ImageFilter.Condition}),
            compared AS (
                SELECT w.image_id, (e.embedding <=> $11)::real AS distance
                FROM wanted w JOIN {VectorStore.Table(modelId)} e ON e.image_id = w.image_id)
            SELECT c.image_id, c.distance FROM compared c
            WHERE c.image_id IS DISTINCT FROM $13 AND ($14 IS NULL OR c.distance <= $14)
            ORDER BY c.distance, c.image_id LIMIT $12
            """);
        filter.AddTo(command).With(query, "halfvec").With(k).With(exclude).With(maxDistance);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            near.Add(new Neighbour(reader.GetGuid(0), reader.GetFloat(1)));
        }

        return near;
    }
}
