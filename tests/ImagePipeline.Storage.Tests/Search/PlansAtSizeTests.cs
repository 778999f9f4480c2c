namespace ImagePipeline.Storage.Tests.Search;

/// <summary>Each function uses the index that is meant for it, where there are many rows.</summary>
public abstract class PlansAtSizeTests(TestDatabase database, string model) : IAsyncLifetime
{
    const string Probe = "(SELECT o.image_id FROM image o ORDER BY o.image_id OFFSET 1000 LIMIT 1)";

    public virtual async ValueTask InitializeAsync()
    {
        await using var command = database.Source.CreateCommand(
            """
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT FROM image_tag) THEN
                    INSERT INTO image_tag (image_id, tag)
                    SELECT i.image_id, 'one in a thousand' FROM image i WHERE i.bytes % 1000 = 7
                    UNION ALL
                    SELECT i.image_id, 'one in ten' FROM image i WHERE i.bytes % 10 = 3;
                    ANALYZE image_tag;
                END IF;
            END
            $$
            """);
        command.CommandTimeout = 300;
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("similar_images({0}, 10)", "embedding_{1}_hnsw")]
    [InlineData("similar_to(vector_of({0}), 10)", "embedding_{1}_hnsw")]
    [InlineData("similar_images_by_code({0}, 10)", "code_{1}_hnsw")]
    [InlineData("similar_to_by_code(vector_of({0}), 10)", "code_{1}_hnsw")]
    [InlineData("search_images({0}, 10)", "embedding_{1}_hnsw")]
    [InlineData("search_images({0}, 10, min_bytes => 0)", "embedding_{1}_hnsw")]
    [InlineData("search_images({0}, 10, formats => '{{png}}')", "embedding_{1}_hnsw")]
    [InlineData("search_images({0}, 10, min_bytes => 5000, max_bytes => 5100)", "image_by_bytes")]
    [InlineData("search_images({0}, 10, taken_from => '2000-01-01', taken_to => '2000-01-03')", "image_by_taken_at")]
    [InlineData("search_images({0}, 10, tag => 'one in a thousand')", "image_tag_by_tag")]
    [InlineData("search_images({0}, 10, tag => 'one in ten')", "embedding_{1}_hnsw")]
    [InlineData("search_images(k => 10, folder => 's3://photos/7/77')", "image_source_by_folder")]
    [InlineData("search_images(k => 10, tag => 'one in a thousand')", "image_tag_by_tag")]
    [InlineData("search_images(k => 10)", "image_by_taken_at")]
    [InlineData("copies_of_hash((SELECT h.pdq FROM image_hash h WHERE h.image_id = {0}))", "image_hash_by_band")]
    [InlineData("near_duplicates_of({0})", "near_duplicate_by_b")]
    public async Task A_function_uses_the_index_that_is_meant_for_it(string call, string index)
    {
        if (call.StartsWith("near_dup", StringComparison.Ordinal))
        {
            await using var pairs = database.Source.CreateCommand("SELECT count(*) FROM near_duplicate");
            Assert.SkipWhen(await pairs.ExecuteScalarAsync(TestContext.Current.CancellationToken) is 0L, "This database has no pairs.");
        }

        var (plans, rows) = await Plans.OfAsync(database.Source, $"SELECT image_id FROM {string.Format(null, call, Probe)}");

        var wanted = string.Format(null, index, Probe, model);
        Assert.True(
            plans.Any(plan => plan.Contains($" using {wanted}", StringComparison.Ordinal) || plan.Contains($" on {wanted}", StringComparison.Ordinal)),
            $"{wanted} is not used:\n{string.Join("\n---\n", plans)}");
        Assert.True(rows > 0);
    }
}

/// <summary>100,000 rows, made for these tests.</summary>
[Collection(nameof(OnSizedPostgres))]
public sealed class PlansAtHundredThousand(SizedPostgresDatabase database) : PlansAtSizeTests(database, SizedPostgresDatabase.Model)
{
    public override async ValueTask InitializeAsync()
    {
        await database.FillAsync();
        await base.InitializeAsync();
    }
}

/// <summary>A million rows: the database that the benchmark kept (docs/performance.md), where there is one.</summary>
[Collection(nameof(OnMillion))]
public sealed class PlansAtMillion(MillionDatabase database) : PlansAtSizeTests(database, "clustered_1")
{
    public override ValueTask InitializeAsync()
    {
        Assert.SkipWhen(database.Absent is not null, database.Absent ?? "");
        return base.InitializeAsync();
    }
}
