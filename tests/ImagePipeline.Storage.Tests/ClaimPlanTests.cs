using ImagePipeline.Storage.Types;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

/// <summary>A claim takes one range, whichever way PostgreSQL joins what it chose with what it changes.</summary>
[Collection(nameof(OnPostgres))]
public sealed class ClaimPlanTests(PostgresDatabase database) : StorageTests(database)
{
    const int Ranges = 40;
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Planner settings, and whether the statistics were made before the ranges were: then one is expected, and the plan in
    /// which a choice would be made per range is the cheapest.</summary>
    public static MatrixTheoryData<string, bool> Plans { get; } = new(
        [
            "",
            "-c enable_hashjoin=off -c enable_mergejoin=off",
            "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_indexscan=off -c enable_bitmapscan=off -c enable_material=off",
            "-c enable_nestloop=off -c enable_mergejoin=off",
            "-c enable_nestloop=off -c enable_hashjoin=off",
            "-c enable_seqscan=off",
        ],
        [false, true]);

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task A_claim_takes_exactly_one_range(string planner, bool oldStatistics)
    {
        var jobs = new JobStore(Source);
        var request = new JobRequest { Kind = JobKind.S3, Source = "s3://b/", Roots = ["s3://b/"] };
        await jobs.CreateAsync(request, [new("s3://b/")]);
        if (oldStatistics)
        {
            await AnalyzeAsync();
        }

        var id = await jobs.CreateAsync(
            request, [.. Enumerable.Range(0, Ranges).Select(n => new JobRange("s3://b/", $"{n:d2}", $"{n + 1:d2}"))]);
        if (!oldStatistics)
        {
            await AnalyzeAsync();
        }

        await using var planned = With(planner);
        var ranges = new RangeStore(planned);
        for (var taken = 0; taken < Ranges; taken++)
        {
            Assert.Equal(taken, (await ranges.ClaimAsync(id, Lease))!.RangeNo);
            Assert.Equal(taken + 1, await ScalarAsync<long>("SELECT count(*) FROM ingest_range WHERE lease_owner IS NOT NULL"));
        }

        Assert.Null(await ranges.ClaimAsync(id, Lease));
        Assert.Equal(Ranges, await ScalarAsync<long>("SELECT count(DISTINCT lease_owner) FROM ingest_range"));
    }

    async Task AnalyzeAsync()
    {
        await using var analyze = Administrator.CreateCommand("ANALYZE ingest_range, ingest_job");
        await analyze.ExecuteNonQueryAsync();
    }

    NpgsqlDataSource With(string planner) => new NpgsqlDataSourceBuilder(
        new NpgsqlConnectionStringBuilder(database.Source.ConnectionString) { Options = planner }.ConnectionString).UsePipelineTypes().Build();
}
