using Npgsql;

namespace ImagePipeline.Storage.Clusters;

/// <summary>The cluster that an image is shown in.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Number">The cluster; of merged ones the whole.</param>
/// <param name="Name">The label, or else the suggested name, or else its number.</param>
public sealed record ClusterPlace(int RunId, int Number, string Name);

/// <summary>Which cluster holds an image, in the active run of the active model.</summary>
public sealed class ClusterPlaces(NpgsqlDataSource source)
{
    /// <summary>The clusters of images; those in none are left out. One look-up by key for each.</summary>
    public async Task<Dictionary<Guid, ClusterPlace>> OfImagesAsync(IReadOnlyCollection<Guid> ids, CancellationToken cancel = default)
    {
        var places = new Dictionary<Guid, ClusterPlace>(ids.Count);
        await using var command = source.CreateCommand(
            """
            SELECT m.image_id, m.run_id, m.cluster_no, m.name
            FROM active_cluster_member m JOIN model o ON o.model_id = m.model_id AND o.active
            WHERE m.image_id = ANY($1) AND m.cluster_no IS NOT NULL
            """);
        await using var reader = await command.With(ids.ToArray()).ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            places[reader.GetGuid(0)] = new ClusterPlace(reader.GetInt32(1), reader.GetInt32(2), reader.GetString(3));
        }

        return places;
    }
}
