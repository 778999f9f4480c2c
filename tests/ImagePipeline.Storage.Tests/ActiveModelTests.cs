using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>Which of several models a database is asked by.</summary>
public abstract class ActiveModelTests(TestDatabase database) : StorageTests(database)
{
    readonly ActiveModelStore _models = new(database.Source);
    readonly VectorStore _vectors = new(database.Source);

    [Fact]
    public async Task The_first_that_is_registered_is_active_and_stays_so()
    {
        await ForgetModelsAsync();
        var none = await _models.FindAsync();

        await _vectors.RegisterModelAsync(Model("early"));
        await _vectors.RegisterModelAsync(Model("late"));

        Assert.Null(none);
        Assert.Equal("early", (await _models.FindAsync())!.ModelId);
    }

    [Fact]
    public async Task Several_that_register_at_once_make_one_active()
    {
        await ForgetModelsAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => _vectors.RegisterModelAsync(Model($"at_once_{n}"))));

        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM model WHERE active"));
    }

    [Fact]
    public async Task Activating_takes_the_place_of_the_other_and_compares_its_images_anew()
    {
        await ForgetModelsAsync();
        await RegisterImagesAsync();
        await _vectors.RegisterModelAsync(Model("early"));
        await _vectors.RegisterModelAsync(Model("late"));
        var stages = new StageStore(Source);
        await stages.CompleteAsync(Stages.RelateVectors("early"), [Sample.Id(1)]);
        await stages.CompleteAsync(Stages.RelateVectors("late"), [Sample.Id(1)]);
        var before = await new GroupStore(Source).ReadSimilarStateAsync();

        var changed = await _models.ActivateAsync("late");
        var again = await _models.ActivateAsync("late");

        Assert.Equal((true, false), (changed, again));
        Assert.Equal("late", (await _models.FindAsync())!.ModelId);
        Assert.Equal("relate:early", await ScalarAsync<string>("SELECT string_agg(stage, ' ') FROM image_stage WHERE stage LIKE 'relate:%'"));
        Assert.Equal(before.Changes + 1, (await new GroupStore(Source).ReadSimilarStateAsync()).Changes);
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_active_model()
    {
        await ForgetModelsAsync();
        await _vectors.RegisterModelAsync(Model("early"));
        await _vectors.RegisterModelAsync(Model("late"));

        var fault = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync<object>("UPDATE model SET active = true RETURNING 1"));

        Assert.Equal("model_one_active", fault.ConstraintName);
    }

    [Fact]
    public async Task A_model_that_was_never_registered_cannot_be_activated()
    {
        await ForgetModelsAsync();
        await _vectors.RegisterModelAsync(Model("early"));

        await Assert.ThrowsAsync<DatabaseException>(() => _models.ActivateAsync("unknown"));

        Assert.Equal("early", (await _models.FindAsync())!.ModelId);
    }

    [Fact]
    public async Task Of_a_pair_that_two_models_found_similar_the_active_ones_distance_is_kept_though_it_is_larger()
    {
        await ForgetModelsAsync();
        await RegisterImagesAsync();
        await _vectors.RegisterModelAsync(Model("early"));
        await _vectors.RegisterModelAsync(Model("late"));
        var store = new DuplicateStore(Source);

        await store.WriteEdgesAsync([Similar(1, 2, 0.3f, "early")]);
        await store.WriteEdgesAsync([Similar(1, 2, 0.1f, "late"), Similar(1, 3, 0.1f, "late")]);
        var byEarly = await store.ReadSimilarAsync().ToListAsync();
        await _models.ActivateAsync("late");
        await store.WriteEdgesAsync([Similar(1, 2, 0.4f, "late")]);
        var byLate = await store.ReadSimilarAsync().ToListAsync();

        Assert.Equal(0.3f, Assert.Single(byEarly).Distance);
        Assert.Equal([0.1f, 0.4f], byLate.Select(pair => pair.Distance).Order());
    }

    static ModelRow Model(string id) => new(id, "Test", "1", 4, $$"""{"sha256": "{{id}}"}""");

    static DuplicateEdge Similar(int one, int other, float distance, string model) => DuplicateEdge.Between(
        Sample.Id(one), Sample.Id(other), DuplicateKind.Similar, Evidence.Embedding, DihedralTransform.None, distance, model);

    Task<IReadOnlySet<Guid>> RegisterImagesAsync() =>
        new SourceStore(Source).RegisterAsync([.. Enumerable.Range(1, 3).Select(n => Sample.File(n))], Guid.NewGuid());

    async Task ForgetModelsAsync()
    {
        await using var command = Administrator.CreateCommand("DELETE FROM model");
        await command.ExecuteNonQueryAsync();
    }
}

[Collection(nameof(OnPGlite))]
public sealed class ActiveModelOnPGlite(PGliteDatabase database) : ActiveModelTests(database)
{
    [Fact]
    public async Task In_a_database_of_before_the_oldest_model_becomes_active()
    {
        await using var connection = await Administrator.OpenConnectionAsync();
        // A schema of its own, as it was then, and gone afterwards: what later migrations made is not in it.
        await using var transaction = await connection.BeginTransactionAsync();
        await RunAsync("CREATE SCHEMA before; SET LOCAL search_path = before, public");
        var migrations = typeof(Migrations).Assembly.GetManifestResourceNames()
            .Where(static name => name.Replace('\\', '/').StartsWith("migrations/", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        foreach (var earlier in migrations.Take(10))
        {
            await RunAsync(Queries.Read(earlier));
        }

        await RunAsync(
            """
            INSERT INTO model (model_id, name, version, dimensions, manifest, registered_at) VALUES
                ('b', 'x', '1', 4, '{}', '2026-01-02'), ('c', 'x', '2', 4, '{}', '2026-01-01'), ('a', 'x', '3', 4, '{}', '2026-01-03')
            """);

        await RunAsync(Queries.Read(migrations[10]));

        Assert.Contains("011_active_model", migrations[10], StringComparison.Ordinal);
        await using var active = new NpgsqlCommand("SELECT model_id FROM model WHERE active", connection);
        Assert.Equal("c", await active.ExecuteScalarAsync());

        async Task RunAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}

[Collection(nameof(OnPostgres))]
public sealed class ActiveModelOnPostgres(PostgresDatabase database) : ActiveModelTests(database);
