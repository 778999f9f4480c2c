namespace ImagePipeline.Storage.Tests;

public abstract class HashAndVectorTests(TestDatabase database) : StorageTests(database)
{
    const int Dimensions = 16;

    readonly HashStore _hashes = new(database.Source);
    readonly VectorStore _vectors = new(database.Source);

    [Fact]
    public async Task Hashes_and_palettes_come_back_as_written_and_the_stage_is_done()
    {
        await RegisterAsync(3);

        await _hashes.WriteAsync("test-1", [Sample.Hashes(2), Sample.Hashes(1)]);
        var found = await _hashes.GetAsync([Sample.Id(1), Sample.Id(2), Sample.Id(0)]);

        Assert.Equal(2, found.Count);
        Assert.Equivalent(Sample.Hashes(1), found[Sample.Id(1)], strict: true);
        Assert.Equal([new StageStatus("hash", 2, 0, 0, 1)], await new StageStore(Source).StatusAsync());
    }

    [Fact]
    public async Task Hashes_are_written_again_without_change()
    {
        await RegisterAsync(20);
        var rows = Enumerable.Range(0, 20).Select(Sample.Hashes).ToList();

        await _hashes.WriteAsync("test-1", rows);
        await _hashes.WriteAsync("test-1", [.. rows.AsEnumerable().Reverse(), rows[3]]);

        Assert.Equal(20L, await ScalarAsync<long>("SELECT count(*) FROM image_hash JOIN image_palette USING (image_id)"));
    }

    [Fact]
    public async Task Bits_stand_in_the_database_in_the_order_of_their_hexadecimal_form()
    {
        await RegisterAsync(1);
        var row = Sample.Hashes(0);

        await _hashes.WriteAsync("test-1", [row]);

        Assert.Equal(
            row.PHash.Bits.ToString("x16") + row.Pdq.W0.ToString("x16"),
            await ScalarAsync<string>(
                """
                SELECT lpad(to_hex(phash::bigint), 16, '0') || lpad(to_hex(substring(pdq FOR 64)::bigint), 16, '0')
                FROM image_hash
                """));
    }

    [Fact]
    public async Task Pdq_hashes_stream_by_id_for_one_algorithm_without_rejected_images()
    {
        await RegisterAsync(6);
        await _hashes.WriteAsync("test-1", [.. Enumerable.Range(0, 5).Select(Sample.Hashes)]);
        await _hashes.WriteAsync("test-2", [Sample.Hashes(5)]);
        await new StageStore(Source).RejectAsync(Stages.RelateHashes, [new(Sample.Id(3), "odd", null)]);

        var rows = new List<PdqRow>();
        await foreach (var row in _hashes.ReadPdqAsync("test-1"))
        {
            rows.Add(row);
        }

        Assert.Equal(Sample.Ordered(0, 1, 2, 4), rows.Select(static row => row.ImageId));
        Assert.Contains(new PdqRow(Sample.Id(2), Sample.Hashes(2).Pdq, 2, 642, 480), rows);
    }

    [Fact]
    public async Task Vectors_come_back_as_written_to_16_bits()
    {
        await RegisterAsync(3);
        var model = await RegisterModelAsync();
        var vectors = Enumerable.Range(0, 3).Select(n => Sample.Vector(n, Dimensions)).ToList();

        await _vectors.WriteAsync(model, [.. Enumerable.Range(0, 3).Select(Sample.Id)], vectors);
        await _vectors.WriteAsync(model, [Sample.Id(1)], [vectors[1]]);
        var found = await _vectors.ReadAsync(model, [Sample.Id(1), Sample.Id(99)]).ToListAsync();

        var row = Assert.Single(found);
        Assert.Equal(Sample.Id(1), row.ImageId);
        Assert.Equal(vectors[1], row.Vector);
        Assert.Equal([new StageStatus("embed:" + model, 3, 0, 0, 0)], await new StageStore(Source).StatusAsync());
    }

    [Fact]
    public async Task The_nearest_are_those_of_a_scan_in_process()
    {
        const int images = 200;
        await RegisterAsync(images);
        var model = await RegisterModelAsync();
        var vectors = Enumerable.Range(0, images).Select(n => Sample.Vector(n, Dimensions)).ToList();
        await _vectors.WriteAsync(model, [.. Enumerable.Range(0, images).Select(Sample.Id)], vectors);
        var query = Sample.Vector(1000, Dimensions);
        var naive = Enumerable.Range(0, images)
            .Select(n => (Id: Sample.Id(n), Distance: NaiveCosineDistance(query, vectors[n])))
            .OrderBy(static row => row.Distance)
            .ToList();

        var nearest = await _vectors.NearestAsync(model, query, 10);
        var within = await _vectors.NearestAsync(model, query, 1000, [naive[0].Id], (float)naive[30].Distance + 1e-3f);

        Assert.Equal(naive.Take(10).Select(static row => row.Id), nearest.Select(static row => row.ImageId));
        Assert.All(nearest.Zip(naive), static pair => Assert.Equal(pair.Second.Distance, pair.First.Distance, 2e-3));
        Assert.InRange(within.Count, 30, 32);
        Assert.DoesNotContain(naive[0].Id, within.Select(static row => row.ImageId));
    }

    [Fact]
    public async Task The_nearest_by_a_part_of_the_vector_are_those_of_a_scan_over_that_part()
    {
        const int images = 200;
        await RegisterAsync(images);
        var model = await RegisterModelAsync();
        var vectors = Enumerable.Range(0, images).Select(n => Sample.Vector(n, Dimensions)).ToList();
        await _vectors.WriteAsync(model, [.. Enumerable.Range(0, images).Select(Sample.Id)], vectors);
        var query = Sample.Vector(1000, Dimensions)[..(Dimensions / 4)];
        var naive = Enumerable.Range(0, images)
            .Select(n => (Id: Sample.Id(n), Distance: NaiveCosineDistance(query, vectors[n][..query.Length])))
            .OrderBy(static row => row.Distance)
            .ToList();

        var nearest = await _vectors.NearestAsync(model, query, 10, dimensions: query.Length);

        Assert.Equal(naive.Take(10).Select(static row => row.Id), nearest.Select(static row => row.ImageId));
        Assert.All(nearest.Zip(naive), static pair => Assert.Equal(pair.Second.Distance, pair.First.Distance, 2e-3));
    }

    [Fact]
    public async Task All_vectors_stream_in_order_over_several_pages()
    {
        const int images = 9_000;
        var model = await RegisterModelAsync();
        var ids = Enumerable.Range(0, images).Select(Sample.Id).ToArray();
        await _vectors.WriteAsync(model, ids, [.. ids.Select(static _ => new float[Dimensions])]);

        var streamed = new List<Guid>();
        await foreach (var row in _vectors.StreamAsync(model))
        {
            streamed.Add(row.ImageId);
        }

        Assert.Equal(ids.Order(), streamed);
    }

    [Fact]
    public async Task A_model_is_registered_once_and_another_under_its_id_is_refused()
    {
        var model = new ModelRow("m_twice", "Test", "1", Dimensions, "{}");

        await _vectors.RegisterModelAsync(model);
        await _vectors.RegisterModelAsync(model);

        await Assert.ThrowsAsync<DatabaseException>(
            () => _vectors.RegisterModelAsync(model with { Version = "2" }));
        Assert.Contains(model, await _vectors.ListModelsAsync());
    }

    [Fact]
    public async Task A_model_of_another_file_is_refused_and_new_distances_are_taken()
    {
        var model = new ModelRow("m_file", "Test", "1", Dimensions, """{"sha256": "aa", "distances": {"copy": 0.1}}""");
        var calibrated = model with { ManifestJson = """{"sha256": "aa", "distances": {"copy": 0.2, "similar": 0.3}}""" };

        await _vectors.RegisterModelAsync(model);
        await _vectors.RegisterModelAsync(calibrated);
        var refused = await Assert.ThrowsAsync<DatabaseException>(
            () => _vectors.RegisterModelAsync(model with { ManifestJson = """{"sha256": "bb"}""" }));

        Assert.Contains("bb", refused.Message, StringComparison.Ordinal);
        var known = await _vectors.GetModelAsync("m_file");
        Assert.Equal(("aa", 0.2, 0.3), (known.Sha256, known.CopyDistance(0.9), known.SimilarDistance));
    }

    [Theory]
    [InlineData("Model")]
    [InlineData("m\" ; drop table image; --")]
    [InlineData("")]
    [InlineData("m\n")]
    [InlineData("0m")]
    public async Task An_id_that_is_no_identifier_is_refused(string modelId)
    {
        await Assert.ThrowsAsync<ArgumentException>(
            () => _vectors.RegisterModelAsync(new ModelRow(modelId, "Test", "1", Dimensions, "{}")));
    }

    [Fact]
    public async Task A_vector_of_another_length_is_refused()
    {
        var model = await RegisterModelAsync();

        await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => _vectors.WriteAsync(model, [Sample.Id(0)], [new float[Dimensions + 1]]));
    }

    static double NaiveCosineDistance(float[] x, float[] y)
    {
        double dot = 0, xx = 0, yy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            dot += (float)(Half)x[i] * y[i];
            xx += (float)(Half)x[i] * (float)(Half)x[i];
            yy += y[i] * y[i];
        }
        return 1 - dot / Math.Sqrt(xx * yy);
    }

    Task<IReadOnlySet<Guid>> RegisterAsync(int images) =>
        new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, images).Select(n => Sample.File(n))], Guid.NewGuid());

    async Task<string> RegisterModelAsync()
    {
        var model = new ModelRow($"m{Guid.NewGuid():n}", "Test", "1", Dimensions, "{}");
        await _vectors.RegisterModelAsync(model);
        return model.ModelId;
    }
}

[Collection(nameof(OnPGlite))]
public sealed class HashAndVectorOnPGlite(PGliteDatabase database) : HashAndVectorTests(database);

[Collection(nameof(OnPostgres))]
public sealed class HashAndVectorOnPostgres(PostgresDatabase database) : HashAndVectorTests(database);
