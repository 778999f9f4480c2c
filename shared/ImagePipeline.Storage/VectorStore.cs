using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImagePipeline.Core.Calibration;
using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>An embedding model.</summary>
/// <param name="ModelId">Short name, an SQL identifier of at most 40 characters.</param>
/// <param name="Name">Name.</param>
/// <param name="Version">Version; a new version needs a new id.</param>
/// <param name="Dimensions">Length of its vectors, 1 to 4000 (the limit of an indexable halfvec).</param>
/// <param name="ManifestJson">Its manifest as JSON.</param>
public sealed record ModelRow(string ModelId, string Name, string Version, int Dimensions, string ManifestJson)
{
    /// <summary>Cosine distance up to which two images are edited copies; null where the model does not decide that.</summary>
    /// <param name="minimumProbability">The least probability that is taken for a copy; see <see cref="CopyRules.CopyDistance"/>.</param>
    public double? CopyDistance(double minimumProbability) => CopyRules.CopyDistance(Calibration(), Distance("copy"), minimumProbability);

    /// <summary>How many numbers of a vector, the first ones, tell copies; all of them where the model says nothing else.</summary>
    public int CopyDimensions => (int)(Distance("copy_dimensions") ?? Dimensions);

    /// <summary>Cosine distance up to which two images are edited copies if their hashes are near too; null where there is no such
    /// rule.</summary>
    public double? CopyIfHashNearDistance => Distance("copy_if_hash_near");

    /// <summary>Cosine distance up to which two images are similar; null where the model does not decide that.</summary>
    public double? SimilarDistance => Distance("similar");

    /// <summary>Digest of the model's file: what tells two models of one name apart.</summary>
    public string? Sha256 => Manifest.TryGetProperty("sha256", out var digest) ? digest.GetString() : null;

    JsonElement Manifest => JsonDocument.Parse(ManifestJson).RootElement;

    ProbabilityCurve? Calibration() =>
        Manifest.TryGetProperty("calibration", out var calibration) && calibration.ValueKind == JsonValueKind.Object
            ? new ProbabilityCurve(Numbers(calibration, "distances"), Numbers(calibration, "probabilities"))
            : null;

    static IEnumerable<double> Numbers(JsonElement from, string name) => from.GetProperty(name).EnumerateArray().Select(number => number.GetDouble());

    double? Distance(string name) =>
        Manifest.TryGetProperty("distances", out var distances) && distances.ValueKind == JsonValueKind.Object
        && distances.TryGetProperty(name, out var distance) && distance.ValueKind == JsonValueKind.Number
            ? distance.GetDouble()
            : null;
}

/// <summary>An image near a query.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Distance">Cosine distance, 0 (same direction) to 2.</param>
public readonly record struct Neighbour(Guid ImageId, float Distance);

/// <summary>The vector of one image.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Vector">Its vector, as stored: rounded to 16-bit floats.</param>
public readonly record struct VectorRow(Guid ImageId, float[] Vector);

/// <summary>Models and their vectors. Each model has a narrow table of its own.</summary>
public sealed partial class VectorStore(NpgsqlDataSource source)
{
    const int PageRows = 4_000;

    /// <summary>Registers a model and makes its table; registering it again changes nothing. The first of all becomes the active
    /// one.</summary>
    /// <exception cref="ArgumentException">The id is no identifier.</exception>
    /// <exception cref="InvalidOperationException">The id is taken by a model of another name, version or length.</exception>
    public async Task RegisterModelAsync(ModelRow model, CancellationToken cancel = default)
    {
        _ = Table(model.ModelId);
        // Given back before the list below takes one: as many callers as there are connections would wait for each other.
        await using (var connection = await source.OpenConnectionAsync(cancel))
        await using (var batch = connection.CreateBatch())
        {
            batch
                .Add(
                    """
                    INSERT INTO model (model_id, name, version, dimensions, manifest) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT (model_id) DO UPDATE SET manifest = excluded.manifest
                    WHERE model.manifest ->> 'sha256' IS NOT DISTINCT FROM excluded.manifest ->> 'sha256'
                    """)
                .With(model.ModelId)
                .With(model.Name)
                .With(model.Version)
                .With(model.Dimensions)
                .With(model.ManifestJson, "jsonb");
            // A function of the owner's: services own nothing and may make nothing themselves.
            batch.Add("SELECT make_embedding_table($1)").With(model.ModelId);
            ActiveModelStore.AddFirst(batch, model.ModelId);
            await batch.ExecuteNonQueryAsync(cancel);
        }
        var known = (await ListModelsAsync(cancel)).Single(row => row.ModelId == model.ModelId);
        if ((known.Name, known.Version, known.Dimensions, known.Sha256)
            != (model.Name, model.Version, model.Dimensions, model.Sha256))
        {
            throw new DatabaseException(
                $"The database knows model '{model.ModelId}' as {known.Name} {known.Version} of {known.Dimensions} dimensions, file "
                + $"{known.Sha256}; the one given is {model.Name} {model.Version} of {model.Dimensions}, file {model.Sha256}. "
                + "Vectors of different models are never compared: give the new one another name or version in its manifest.");
        }
    }

    /// <summary>Images with a vector of a model.</summary>
    public async Task<long> CountAsync(string modelId, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand($"SELECT count(*) FROM {Table(modelId)}");
        return (long)(await command.ExecuteScalarAsync(cancel))!;
    }

    /// <summary>One model.</summary>
    /// <exception cref="DatabaseException">No vectors of that model were ever written here.</exception>
    public async Task<ModelRow> GetModelAsync(string modelId, CancellationToken cancel = default) =>
        (await ListModelsAsync(cancel)).FirstOrDefault(model => model.ModelId == modelId)
        ?? throw new DatabaseException($"The collection has no vectors of model '{modelId}'. Make them with: imagepipeline run FOLDER "
            + "--model M.");

    /// <summary>The registered models, the oldest first.</summary>
    public async Task<IReadOnlyList<ModelRow>> ListModelsAsync(CancellationToken cancel = default)
    {
        var models = new List<ModelRow>();
        await using var command = source.CreateCommand(
            "SELECT model_id, name, version, dimensions, manifest FROM model ORDER BY registered_at, model_id");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            models.Add(new ModelRow(
                reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4)));
        }
        return models;
    }

    /// <summary>Stores vectors and marks the stage as done, in one transaction; the last vector of an image wins.</summary>
    /// <exception cref="ArgumentException">Not as many ids as vectors.</exception>
    /// <exception cref="PostgresException">A vector of another length than the model's.</exception>
    public async Task WriteAsync(
        string modelId, IReadOnlyList<Guid> ids, IReadOnlyList<float[]> vectors, CancellationToken cancel = default)
    {
        if (ids.Count != vectors.Count)
        {
            throw new ArgumentException($"{ids.Count} ids but {vectors.Count} vectors.", nameof(vectors));
        }
        if (ids.Count == 0)
        {
            return;
        }
        var rows = ids.Zip(vectors).SortedByKey(static row => row.First);
        var sortedIds = rows.Column(static row => row.First);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var batch = connection.CreateBatch();
        batch
            .Add(
                $"""
                INSERT INTO {Table(modelId)} (image_id, embedding)
                SELECT r.image_id, r.embedding FROM unnest($1, $2) AS r(image_id, embedding)
                ON CONFLICT (image_id) DO UPDATE SET embedding = excluded.embedding
                """)
            .With(sortedIds)
            .With(rows.Column(static row => row.Second), "halfvec[]");
        StageStore.AddDone(batch, Stages.Embed(modelId), sortedIds);
        await batch.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>The nearest images to a vector, nearest first; without those that are rejected or have no file any more. The search is the
    /// function nearest_vectors of the database.</summary>
    /// <param name="modelId">The model that made the query.</param>
    /// <param name="query">Vector, of the model's length, any norm but 0.</param>
    /// <param name="k">Most rows to return.</param>
    /// <param name="exclude">Images to leave out, such as the query itself.</param>
    /// <param name="maxDistance">Largest cosine distance.</param>
    /// <param name="dimensions">Compare the first so many numbers alone, which the query then has no more of.</param>
    /// <param name="exact">Compare with every vector, even where there is an index.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task<IReadOnlyList<Neighbour>> NearestAsync(
        string modelId,
        float[] query,
        int k,
        IReadOnlyCollection<Guid>? exclude = null,
        float? maxDistance = null,
        int? dimensions = null,
        bool exact = false,
        CancellationToken cancel = default)
    {
        var near = new List<Neighbour>(Math.Min(k, 1_000));
        await using var command = source.CreateCommand(
            "SELECT n.image_id, n.distance FROM nearest_vectors($1, $2, $3, $4, $5, $6, $7) n");
        command.With(query).With(k).With(modelId).With(maxDistance, "real").With(exact).With(dimensions, "integer").With<Guid[]>([.. exclude ?? []]);
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            near.Add(new Neighbour(reader.GetGuid(0), reader.GetFloat(1)));
        }
        return near;
    }

    /// <summary>Vectors of these images, in no order; those without are left out.</summary>
    public async IAsyncEnumerable<VectorRow> ReadAsync(
        string modelId, IReadOnlyCollection<Guid> ids, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            $"SELECT image_id, embedding FROM {Table(modelId)} WHERE image_id = ANY($1)");
        command.With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            yield return new VectorRow(reader.GetGuid(0), reader.GetFieldValue<float[]>(1));
        }
    }

    /// <summary>All vectors of a model by ascending id, read in pages so that other work goes on meanwhile.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="after">Only ids above this one.</param>
    /// <param name="cancel">Cancels the enumeration.</param>
    public async IAsyncEnumerable<VectorRow> StreamAsync(
        string modelId, Guid? after = null, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var last = after ?? Guid.Empty;
        for (var read = PageRows; read == PageRows;)
        {
            read = 0;
            await using var command = source.CreateCommand(
                $"SELECT image_id, embedding FROM {Table(modelId)} WHERE image_id > $1 ORDER BY image_id LIMIT $2");
            command.With(last).With(PageRows);
            await using var reader = await command.ExecuteReaderAsync(cancel);
            for (; await reader.ReadAsync(cancel); read++)
            {
                last = reader.GetGuid(0);
                yield return new VectorRow(last, reader.GetFieldValue<float[]>(1));
            }
        }
    }

    /// <summary>Hands over the vectors of a model that became visible since the last call, as <see cref="HashStore.FollowAsync"/> does
    /// hashes.</summary>
    /// <param name="modelId">The model.</param>
    /// <param name="horizon">What the last call returned; 0 the first time.</param>
    /// <param name="add">Receives the rows.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The horizon of the next call.</returns>
    public Task<ulong> FollowAsync(string modelId, ulong horizon, Action<VectorRow> add, CancellationToken cancel = default) =>
        Following.ReadAsync(
            source, horizon,
            $"""
            SELECT written_xid, image_id, embedding FROM {Table(modelId)}
            WHERE (written_xid, image_id) > ($1, $2) ORDER BY written_xid, image_id LIMIT $3
            """,
            PageRows,
            null,
            reader => add(new VectorRow(reader.GetGuid(1), reader.GetFieldValue<float[]>(2))),
            cancel);

    /// <summary>The quoted name of a model's table.</summary>
    /// <exception cref="ArgumentException">The id is no identifier.</exception>
    internal static string Table(string modelId) => Identifier().IsMatch(modelId)
        ? $"\"embedding_{modelId}\""
        : throw new ArgumentException(
            $"'{modelId}' cannot name a model: a lower-case letter, then up to 39 of a-z, 0-9 and _.", nameof(modelId));

    [GeneratedRegex(@"^[a-z][a-z0-9_]{0,39}\z")]
    private static partial Regex Identifier();
}
