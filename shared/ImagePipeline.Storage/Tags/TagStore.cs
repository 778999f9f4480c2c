using Npgsql;

namespace ImagePipeline.Storage.Tags;

/// <summary>Tags that people give to images. Every change may be made twice.</summary>
public sealed class TagStore(NpgsqlDataSource source)
{
    const int SliceImages = 4096;

    /// <summary>Gives a tag to images, a few thousand in a transaction: what is done stays where the rest is broken off.</summary>
    /// <param name="tag">A tag that <see cref="TagName.TryParse"/> gave.</param>
    /// <param name="images">The images.</param>
    /// <param name="by">Who says so.</param>
    /// <param name="advance">Called after each slice with how many images are through.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task<TagChange> AddAsync(
        string tag, IReadOnlyCollection<Guid> images, string by, Action<int>? advance = null, CancellationToken cancel = default)
    {
        var (change, through) = (new TagChange(0, 0, 0, 0), 0);
        await using var connection = await source.OpenConnectionAsync(cancel);
        foreach (var slice in Slices(images))
        {
            change = change.Plus(await AddSliceAsync(connection, tag, slice, by, batchId: null, cancel));
            advance?.Invoke(through += slice.Length);
        }

        return change;
    }

    /// <summary>Takes a tag that people gave from images.</summary>
    /// <returns>How many had it.</returns>
    public async Task<int> RemoveAsync(string tag, IReadOnlyCollection<Guid> images, CancellationToken cancel = default)
    {
        var removed = 0;
        foreach (var slice in Slices(images))
        {
            await using var command = source.CreateCommand(
                "DELETE FROM image_tag WHERE tag = $1 AND image_id = ANY($2) AND source = $3");
            removed += await command.With(tag).With(slice).With(ImageTag.Person).ExecuteNonQueryAsync(cancel);
        }

        return removed;
    }

    /// <summary>Takes a tag that people gave from every image.</summary>
    /// <returns>How many had it.</returns>
    public async Task<int> RemoveEverywhereAsync(string tag, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand("DELETE FROM image_tag WHERE tag = $1 AND source = $2");
        return await command.With(tag).With(ImageTag.Person).ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The tags of an image, by word and source.</summary>
    public async Task<IReadOnlyList<ImageTag>> OfImageAsync(Guid imageId, CancellationToken cancel = default)
    {
        var tags = new List<ImageTag>();
        await using var command = source.CreateCommand(
            """SELECT tag, source, probability FROM image_tag WHERE image_id = $1 ORDER BY tag COLLATE "C", source""");
        await using var reader = await command.With(imageId).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            tags.Add(new ImageTag(reader.GetString(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetFloat(2)));
        }

        return tags;
    }

    /// <summary>Tags and how many images each has, the most used first. Looks at every tag of every image once.</summary>
    /// <param name="typed">A text that they hold, in any case of its letters; empty for all.</param>
    /// <param name="limit">Most to return.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<TagCount>> ListAsync(string typed, int limit, CancellationToken cancel = default)
    {
        var tags = new List<TagCount>();
        await using var command = source.CreateCommand(
            """
            SELECT t.tag, count(DISTINCT t.image_id) FROM image_tag t
            WHERE strpos(lower(t.tag), lower($1)) > 0 AND EXISTS (SELECT FROM image_source s WHERE s.image_id = t.image_id)
                AND EXISTS (SELECT FROM image i WHERE i.image_id = t.image_id AND i.rejected_reason IS NULL)
            GROUP BY t.tag ORDER BY 2 DESC, t.tag COLLATE "C" LIMIT $2
            """);
        await using var reader = await command.With(typed).With(limit).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            tags.Add(new TagCount(reader.GetString(0), reader.GetInt64(1)));
        }

        return tags;
    }

    /// <summary>Gives a tag as a part of an order, in the transaction of the connection.</summary>
    internal static async Task<TagChange> AddAsync(
        NpgsqlConnection connection, TagOrder order, string by, Guid batchId, CancellationToken cancel)
    {
        var change = new TagChange(0, 0, 0, 0);
        foreach (var slice in Slices(order.Images))
        {
            change = change.Plus(await AddSliceAsync(connection, order.Tag, slice, by, batchId, cancel));
        }

        return change;
    }

    /// <summary>Sorted, so that two writers lock in the same order.</summary>
    static IEnumerable<Guid[]> Slices(IReadOnlyCollection<Guid> images) => images.Distinct().Order().Chunk(SliceImages);

    static async Task<TagChange> AddSliceAsync(
        NpgsqlConnection connection, string tag, Guid[] images, string by, Guid? batchId, CancellationToken cancel)
    {
        await using var batch = connection.CreateBatch();
        batch.AddByKeyOnly();
        // A statement of its own, so that the next one counts what whoever held these before has written.
        batch.Add("SELECT FROM image WHERE image_id = ANY($1) ORDER BY image_id FOR NO KEY UPDATE").With(images);
        batch
            .Add(
                """
                WITH asked AS MATERIALIZED (
                    SELECT i.image_id,
                           EXISTS (SELECT FROM image_tag t WHERE t.image_id = i.image_id AND t.tag = $2 AND t.source = $5) AS had,
                           (SELECT count(*) FROM image_tag t WHERE t.image_id = i.image_id AND t.source = $5) AS tags
                    FROM image i WHERE i.image_id = ANY($1) AND i.rejected_reason IS NULL
                ),
                added AS (
                    INSERT INTO image_tag (image_id, tag, tagged_by, batch_id)
                    SELECT a.image_id, $2, $3, $4 FROM asked a WHERE NOT a.had AND a.tags < $6 ORDER BY a.image_id
                    RETURNING image_id
                )
                SELECT (SELECT count(*) FROM added)::int, count(*) FILTER (WHERE a.had)::int, count(*)::int FROM asked a
                """)
            .With(images).With(tag).With(by).With(batchId).With(ImageTag.Person).With(TagName.MostPerImage);
        await using var reader = await batch.ExecuteReaderAsync(cancel);
        // The setting gives no rows to look at, the locks give rows without columns.
        await reader.NextResultAsync(cancel);
        await reader.ReadAsync(cancel);
        var (added, had, known) = (reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
        return new TagChange(added, had, known - added - had, images.Length - known);
    }
}
