using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage.Objects;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Where the bytes of an image can be read, and what is known of it: enough to send it to a stage.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Uri">One of its files.</param>
/// <param name="Etag">Version of that file's bytes.</param>
/// <param name="WidthPx">Width as displayed, pixels.</param>
/// <param name="HeightPx">Height as displayed, pixels.</param>
public sealed record ImageLocation(Guid ImageId, string Uri, string? Etag, int WidthPx, int HeightPx);

/// <summary>An image and the files that hold it.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Format">Format of the bytes.</param>
/// <param name="WidthPx">Width as displayed, pixels.</param>
/// <param name="HeightPx">Height as displayed, pixels.</param>
/// <param name="Bytes">Encoded length.</param>
/// <param name="TakenAt">Camera's local time, if known.</param>
/// <param name="Files">The files that hold it, by URI; more than one are equal byte for byte.</param>
public sealed record ImageFacts(
    Guid ImageId, string Format, int WidthPx, int HeightPx, long Bytes, DateTime? TakenAt, IReadOnlyList<GroupFile> Files)
{
    /// <summary>What says how good a keeper it is; its first file stands for all, which are equal.</summary>
    public KeeperFacts Keeping => new(
        FolderObjects.NameOf(Files[0].Uri), WidthPx, HeightPx, Format, Bytes,
        TakenAt is { } taken ? new DateTimeOffset(taken, TimeSpan.Zero) : null, Files[0].ModifiedAt);
}

/// <summary>Images as the files they lie in.</summary>
public sealed class FileStore(NpgsqlDataSource source)
{
    /// <summary>Facts of images; those rejected or without a file are left out.</summary>
    public async Task<Dictionary<Guid, ImageFacts>> OfImagesAsync(
        IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        return await OfImagesAsync(connection, ids, cancel);
    }

    /// <inheritdoc cref="OfImagesAsync(IReadOnlyCollection{Guid}, CancellationToken)"/>
    internal static async Task<Dictionary<Guid, ImageFacts>> OfImagesAsync(
        NpgsqlConnection connection, IReadOnlyCollection<Guid> ids, CancellationToken cancel)
    {
        var facts = new Dictionary<Guid, ImageFacts>(ids.Count);
        await using var command = new NpgsqlCommand(
            """
            SELECT i.image_id, i.format, i.width_px, i.height_px, i.bytes, i.taken_at, s.uri, s.modified_at
            FROM image i JOIN image_source s ON s.image_id = i.image_id
            WHERE i.image_id = ANY($1) AND i.rejected_reason IS NULL
            ORDER BY i.image_id, s.uri
            """, connection);
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            var id = reader.GetGuid(0);
            if (!facts.TryGetValue(id, out var image))
            {
                facts[id] = image = new ImageFacts(
                    id, reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt64(4),
                    reader.IsDBNull(5) ? null : reader.GetDateTime(5), new List<GroupFile>());
            }

            ((List<GroupFile>)image.Files).Add(new GroupFile(
                reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7)));
        }

        return facts;
    }

    /// <summary>Images with at least one file, rejected ones left out.</summary>
    public async Task<long> CountAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            SELECT count(*) FROM image i
            WHERE i.rejected_reason IS NULL AND EXISTS (SELECT 1 FROM image_source s WHERE s.image_id = i.image_id)
            """);
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>One file of each image; images without that many files are left out.</summary>
    /// <param name="ids">The images.</param>
    /// <param name="nth">Which of its files, by URI, from 0: where one cannot be read, an equal one may.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<ImageLocation>> LocateAsync(
        IReadOnlyCollection<Guid> ids, int nth = 0, CancellationToken cancel = default)
    {
        var locations = new List<ImageLocation>(ids.Count);
        if (ids.Count == 0)
        {
            return locations;
        }

        await using var command = source.CreateCommand(
            """
            SELECT i.image_id, s.uri, s.etag, i.width_px, i.height_px
            FROM image i
            CROSS JOIN LATERAL (
                SELECT f.uri, f.etag FROM image_source f WHERE f.image_id = i.image_id ORDER BY f.uri OFFSET $2 LIMIT 1) s
            WHERE i.image_id = ANY($1)
            ORDER BY i.image_id
            """);
        command.With(ids.ToArray()).With(nth);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            locations.Add(ReadLocation(reader));
        }

        return locations;
    }

    internal static ImageLocation ReadLocation(NpgsqlDataReader reader) => new(
        reader.GetGuid(0), reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2),
        reader.GetInt32(3), reader.GetInt32(4));
}
