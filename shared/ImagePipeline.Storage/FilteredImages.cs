using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Images that a filter wants: all of them in pages, or the nearest to a vector. As many come back as exist,
/// up to the number asked for.</summary>
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
            $"SELECT i.image_id FROM image i WHERE {ImageFilter.Condition} AND i.image_id > $12 ORDER BY i.image_id LIMIT $13");
        filter.AddTo(command).With(after ?? Guid.Empty).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            page.Add(reader.GetGuid(0));
        }

        return page;
    }

    /// <summary>The nearest images to a vector among those that a filter wants, nearest first: the function
    /// search_images of the database, which uses an index where there is one that gains something.</summary>
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
            """
            SELECT f.image_id, f.distance FROM search_images(
                near => $14, k => $13, formats => $1, min_width => $2, min_height => $3, min_bytes => $4, max_bytes => $5,
                taken_from => $6, taken_to => $7, folder => $8, name => $9, colour => $10, tag => $11, query => $12, model => $15,
                max_distance => $16) f
            """);
        filter.AddTo(command).With(query).With(k).With(exclude).With(modelId).With(maxDistance);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            near.Add(new Neighbour(reader.GetGuid(0), reader.GetFloat(1)));
        }

        return near;
    }
}
