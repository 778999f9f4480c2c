using ImagePipeline.Core.Codes;
using ImagePipeline.Storage.Codes;
using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>A database of 100,000 images made in the database itself, with every index. Its facts follow the same rules as those of the
/// benchmark's database of a million; its vectors are short and its graphs thin, which is quick to make and plans do not depend on.</summary>
public sealed class SizedPostgresDatabase : PostgresDatabase
{
    public const string Model = "sized_1";

    const int Images = 100_000;
    const int Dimensions = 16;

    bool _filled;

    /// <summary>Fills it and builds the indices, the first time.</summary>
    public async Task FillAsync()
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        if (_filled)
        {
            return;
        }

        await new VectorStore(Source).RegisterModelAsync(new ModelRow(Model, "Sized", "1", Dimensions, "{}"));
        await using (var command = Source.CreateCommand(
            $"""
            SET synchronous_commit = off;
            SELECT setseed(0.25);
            INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes, taken_at)
            SELECT md5(n::text)::uuid, sha256(n::text::bytea), (ARRAY['jpeg', 'png', 'webp'])[1 + n % 3], 200 + n % 4000, 200 + n % 3000,
                   1000 + n, timestamp '2000-01-01' + (n * 7919::bigint % 1000003) * interval '10 minutes'
            FROM generate_series(0, {Images} - 1) n;
            INSERT INTO image_source (uri, bytes, image_id, state, job_id)
            SELECT 's3://photos/' || n % 100 || '/' || n || '.jpg', 1, md5(n::text)::uuid, 'ingested', md5('')::uuid
            FROM generate_series(0, {Images} - 1) n;
            INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
            SELECT md5(n::text)::uuid, 'test', 0::bit(64), 0::bit(64), 0::bit(64),
                   ('x' || md5(n::text) || md5('a' || n::text))::bit(256), 90
            FROM generate_series(0, {Images} - 1) n;
            INSERT INTO embedding_{Model} (image_id, embedding)
            SELECT md5(n::text)::uuid, array_agg(random() - 0.5)::real[]::halfvec
            FROM generate_series(0, {Images} - 1) n, generate_series(1, {Dimensions}) d GROUP BY n;
            INSERT INTO near_duplicate (a, b, kind, evidence, distance)
            SELECT least(x, y), greatest(x, y), 'similar', 'embedding', 0.2
            FROM (SELECT md5(n::text)::uuid AS x, md5((n + 1)::text)::uuid AS y FROM generate_series(0, {Images} - 2) n) pair;
            ANALYZE
            """))
        {
            command.CommandTimeout = 300;
            await command.ExecuteNonQueryAsync();
        }

        var (codes, sample) = (new CodeStore(Source), await new CodeStore(Source).SampleAsync(Model, 1_000));
        var book = CodeTraining.Train([.. sample.SelectMany(static vector => vector)], Dimensions, Dimensions, seed: 1).Book;
        await codes.ReplaceAsync(Model, book, sample.Count, seed: 1);
        var (indices, policy) = (new SearchIndexStore(Source), new VectorIndexPolicy { Links = 4, Candidates = 16 });
        foreach (var state in await indices.ListAsync(policy))
        {
            await indices.BuildAsync(state, policy);
        }

        await using var vacuum = Source.CreateCommand("VACUUM ANALYZE");
        vacuum.CommandTimeout = 300;
        await vacuum.ExecuteNonQueryAsync();
        _filled = true;
    }
}

[CollectionDefinition(nameof(OnSizedPostgres))]
public sealed class OnSizedPostgres : ICollectionFixture<SizedPostgresDatabase>;

/// <summary>The database that IMAGEPIPELINE_TEST_SEARCH_MILLION names: filled and indexed by <c>B search 1000000 CONNECTION 100 NAME</c>.</summary>
public sealed class MillionDatabase : TestDatabase
{
    protected override Task<DatabaseOptions?> OptionsAsync()
    {
        var connection = Environment.GetEnvironmentVariable("IMAGEPIPELINE_TEST_SEARCH_MILLION");
        Absent = connection is null ? "No database of a million: see IMAGEPIPELINE_TEST_SEARCH_MILLION in CONTRIBUTING.md." : null;
        return Task.FromResult(connection is null ? null : new DatabaseOptions { ConnectionString = connection });
    }
}

[CollectionDefinition(nameof(OnMillion))]
public sealed class OnMillion : ICollectionFixture<MillionDatabase>;
