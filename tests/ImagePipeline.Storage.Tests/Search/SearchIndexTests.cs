using ImagePipeline.Storage.Indexing;
using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>The indices of a server: that they are built, used by the functions that are meant to, and measured.</summary>
/// <remarks>On a database of its own, large enough that PostgreSQL itself prefers the index.</remarks>
[Collection(nameof(OnLargePostgres))]
public sealed class SearchIndexTests(LargePostgresDatabase database) : IAsyncLifetime
{
    static readonly VectorIndexPolicy Policy = new() { Above = 1_000 };
    static readonly string Probe = $"md5('{LargePostgresDatabase.Images / 2}')::uuid";

    readonly SearchIndexStore _indices = new(database.Source);

    public async ValueTask InitializeAsync() => await database.FillAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_purpose_has_its_index_and_each_is_built_and_dropped()
    {
        var states = await _indices.ListAsync(Policy);

        Assert.Equal(Enum.GetValues<IndexPurpose>().Except([IndexPurpose.Codes]), states.Select(state => state.Index.Purpose).Distinct().Order());
        Assert.All(states, state => Assert.True(Policy.Wants(state.Rows)));
        foreach (var state in states.Where(state => state.Index.Purpose is IndexPurpose.Filters))
        {
            await _indices.DropAsync(state.Index);
            var without = (await _indices.ListAsync(Policy)).Single(each => each.Index.Name == state.Index.Name);
            await _indices.BuildAsync(without, Policy);
            var built = (await _indices.ListAsync(Policy)).Single(each => each.Index.Name == state.Index.Name);
            await _indices.BuildAsync(built, Policy, rebuild: true);
            Assert.Equal((null, true), (without.Bytes, built.IsValid));
            Assert.True(built.Bytes > 0);
        }
    }

    [Fact]
    public async Task What_a_broken_off_rebuilding_left_goes_with_the_next()
    {
        var state = (await _indices.ListAsync(Policy)).Single(each => each.Index.Name == "image_by_bytes");
        // As PostgreSQL leaves it: made, marked invalid, written to from then on.
        await RunAsync("CREATE INDEX image_by_bytes_ccnew ON image (bytes)");
        await RunAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'image_by_bytes_ccnew'::regclass");

        await _indices.BuildAsync(state, Policy, rebuild: true);

        Assert.Equal(0, await CountAsync("SELECT count(*) FROM pg_class WHERE relname LIKE 'image_by_bytes_cc%'"));
        Assert.Equal(1, await CountAsync("SELECT count(*) FROM pg_class WHERE relname = 'image_by_bytes'"));

        async Task RunAsync(string sql)
        {
            await using var command = database.Source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("similar_images({0}, 10)", "embedding_large_1_hnsw")]
    [InlineData("similar_to(vector_of({0}), 10)", "embedding_large_1_hnsw")]
    [InlineData("nearest_vectors((vector_of({0}))[1:32], 10, dimensions => 32)", "embedding_large_1_copies_hnsw")]
    [InlineData("search_images({0}, 10, min_bytes => 0)", "embedding_large_1_hnsw")]
    [InlineData("search_images({0}, 10, taken_from => '2020-01-01', taken_to => '2020-01-01 02:00')", "image_by_taken_at")]
    [InlineData("search_images(k => 10, folder => 'file:///photos/7/7')", "image_source_by_folder")]
    [InlineData("search_images(k => 10, min_bytes => 10990)", "image_by_bytes")]
    [InlineData("copies_of_hash((SELECT pdq FROM image_hash WHERE image_id = {0}))", "image_hash_by_band")]
    [InlineData("near_duplicates_of({0})", "near_duplicate_by_b")]
    public async Task A_function_uses_the_index_that_is_meant_for_it(string call, string index)
    {
        var (plans, rows) = await ExplainAsync($"SELECT image_id FROM {string.Format(null, call, Probe)}");

        Assert.Contains(plans, plan => plan.Contains($" using {index}", StringComparison.Ordinal)
            || plan.Contains($" on {index}", StringComparison.Ordinal));
        Assert.True(rows > 0);
    }

    [Theory]
    [InlineData("similar_images({0}, 10, exact => true)")]
    [InlineData("search_images({0}, 10, min_bytes => 0, exact => true)")]
    public async Task Exact_is_exact_even_where_there_is_an_index(string call)
    {
        var (plans, _) = await ExplainAsync($"SELECT image_id FROM {string.Format(null, call, Probe)}");

        Assert.DoesNotContain(plans, static plan => plan.Contains("_hnsw", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("taken_from => '2020-01-01', taken_to => '2020-01-01 01:40'", 100)]
    [InlineData("name => '77.jpg'", 100)]
    [InlineData("formats => '{webp}'", 3_333)]
    [InlineData("taken_to => '2020-01-01 00:05'", 5)]
    public async Task A_filter_never_makes_rows_vanish(string filter, int passing)
    {
        foreach (var k in (int[])[10, 60])
        {
            var found = await CountAsync($"SELECT count(*) FROM search_images({Probe}, {k}, {filter})");
            var same = await CountAsync(
                $"""
                SELECT count(*) FROM search_images({Probe}, {k}, {filter}) a
                JOIN search_images({Probe}, {k}, {filter}, exact => true) b USING (image_id)
                """);

            Assert.Equal(Math.Min(k, passing), found);
            Assert.True(same >= 0.8 * found, $"{same} of {found}");
        }
    }

    [Fact]
    public async Task More_than_an_index_gives_are_found_all_the_same()
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var narrow = new NpgsqlCommand("SET hnsw.max_scan_tuples = 1", connection);
        await narrow.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand($"SELECT count(*) FROM similar_images({Probe}, 2000)", connection);

        Assert.Equal(2_000L, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task Recall_is_that_of_the_index_and_all_of_comparing_all()
    {
        var steps = 0;
        var figures = await new VectorIndexCheck(database.Source).RunAsync("large_1", 10, 20, [20, 400], _ => steps++);

        Assert.Equal([null, 20, 400], figures.Select(each => each.Breadth));
        Assert.Equal(1, figures[0].Recall);
        Assert.InRange(figures[2].Recall, 0.9, 1);
        Assert.All(figures, static each => Assert.True(each.Late >= each.Median && each.Median > TimeSpan.Zero));
        Assert.Equal(60, steps);
    }

    [Fact]
    public async Task An_index_whose_build_was_broken_off_is_built_anew()
    {
        await database.ExecuteAsync("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'image_by_height'::regclass");
        var broken = (await _indices.ListAsync(Policy)).Single(state => state.Index.Name == "image_by_height");

        await _indices.BuildAsync(broken, Policy);

        Assert.False(broken.IsValid);
        Assert.True((await _indices.ListAsync(Policy)).Single(state => state.Index.Name == "image_by_height").IsValid);
    }

    Task<(List<string> Plans, int Rows)> ExplainAsync(string sql) => Plans.OfAsync(database.Source, sql);

    async Task<long> CountAsync(string sql)
    {
        await using var command = database.Source.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
