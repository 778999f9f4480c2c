using ImagePipeline.Storage.Indexing;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>A database of 10,000 images with hashes and vectors, made in the database itself, and all its indices.</summary>
public sealed class LargePostgresDatabase : PostgresDatabase
{
    public const int Images = 10_000;

    bool _filled;

    /// <summary>Fills it and builds the indices, the first time.</summary>
    public async Task FillAsync()
    {
        Assert.SkipWhen(Absent is not null, Absent ?? "");
        if (_filled)
        {
            return;
        }

        await new VectorStore(Source).RegisterModelAsync(
            new ModelRow("large_1", "Large", "1", 128, """{"distances": {"copy": 0.1, "copy_dimensions": 32}}"""));
        await ExecuteAsync(
            $"""
            SET synchronous_commit = off;
            SELECT setseed(0.25);
            INSERT INTO image (image_id, sha256, format, width_px, height_px, bytes, taken_at)
            SELECT md5(n::text)::uuid, sha256(n::text::bytea), (ARRAY['jpeg', 'png', 'webp'])[1 + n % 3], 100 + n % 900, 100 + n % 700,
                   1000 + n, timestamp '2019-12-31 23:59' + n * interval '1 minute'
            FROM generate_series(1, {Images}) n;
            INSERT INTO image_source (uri, bytes, image_id, state, job_id)
            SELECT 'file:///photos/' || n % 10 || '/' || n || '.jpg', 1, md5(n::text)::uuid, 'ingested', md5('')::uuid
            FROM generate_series(1, {Images}) n;
            INSERT INTO image_hash (image_id, algorithm, ahash, dhash, phash, pdq, pdq_quality)
            SELECT md5(n::text)::uuid, 'test', 0::bit(64), 0::bit(64), 0::bit(64),
                   ('x' || md5(n::text) || md5('a' || n::text))::bit(256), 90
            FROM generate_series(1, {Images}) n;
            CREATE TEMPORARY TABLE centre AS
            SELECT g, array_agg(random() - 0.5 ORDER BY d) AS middle FROM generate_series(0, 99) g, generate_series(1, 128) d GROUP BY g;
            INSERT INTO embedding_large_1 (image_id, embedding)
            SELECT md5(n::text)::uuid, (middle::real[]::vector + noise::real[]::vector)::halfvec
            FROM generate_series(1, {Images}) n JOIN centre ON g = n % 100
            CROSS JOIN LATERAL (SELECT array_agg((random() - 0.5) * 0.6 + 0 * (n + d)) AS noise FROM generate_series(1, 128) d) z;
            DROP TABLE centre;
            INSERT INTO near_duplicate (a, b, kind, evidence, distance)
            SELECT least(x, y), greatest(x, y), 'similar', 'embedding', 0.2
            FROM (SELECT md5(n::text)::uuid AS x, md5((n + 1)::text)::uuid AS y FROM generate_series(1, {Images} - 1) n) pair;
            ANALYZE
            """);
        var (indices, policy) = (new SearchIndexStore(Source), new VectorIndexPolicy { Above = 1_000, Candidates = 40 });
        foreach (var state in await indices.ListAsync(policy))
        {
            await indices.BuildAsync(state, policy);
        }

        _filled = true;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Source.CreateCommand(sql);
        command.CommandTimeout = 120;
        await command.ExecuteNonQueryAsync();
    }
}

[CollectionDefinition(nameof(OnLargePostgres))]
public sealed class OnLargePostgres : ICollectionFixture<LargePostgresDatabase>;
