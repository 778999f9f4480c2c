using Npgsql;

namespace ImagePipeline.Storage.Tests;

public abstract class JobTests(TestDatabase database) : StorageTests(database)
{
    static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    readonly JobStore _jobs = new(database.Source);
    readonly RangeStore _ranges = new(database.Source);
    readonly ChunkStore _chunks = new(database.Source);
    readonly SourceStore _sources = new(database.Source);
    readonly StageStore _stages = new(database.Source);

    static JobRequest Request { get; } = new() { Kind = JobKind.S3, Source = "s3://b/", Roots = ["s3://b/"] };

    [Fact]
    public async Task A_job_keeps_what_was_asked_for_and_goes_from_planning_to_done()
    {
        var request = Request with { Include = ["*.jpg"], MinBytes = 10, ErrorLimit = 7, DryRun = true, Expected = 3 };
        var id = await _jobs.CreateAsync(request);
        Assert.Equal(JobState.Planning, await _jobs.StateAsync(id));

        Assert.True(await _ranges.PlanAsync(id, [new("s3://b/", null, "m"), new("s3://b/", "m")]));
        Assert.False(await _ranges.PlanAsync(id, [new("s3://b/")]));
        Assert.False(await _jobs.CompleteAsync(id));
        for (var range = 0; range < 2; range++)
        {
            var lease = await _ranges.ClaimAsync(id, Lease);
            Assert.Equal(new JobRange("s3://b/", range == 0 ? null : "m", range == 0 ? "m" : null), lease!.Range);
            await CommitAsync(lease, Chunk(null, ends: true));
        }

        Assert.True(await _jobs.CompleteAsync(id));
        var job = (await _jobs.GetAsync(id))!;
        Assert.Equal((JobState.Done, true, 3L, 2L, 0L), (job.State, job.IsDryRun, job.Expected, job.Ranges, job.OpenRanges));
        Assert.Equal(request.ToJson(), job.Request!.ToJson());
        Assert.NotNull(job.FinishedAt);
    }

    [Fact]
    public async Task The_database_refuses_counts_that_do_not_add_up()
    {
        var id = await _jobs.StartAsync("/photos");

        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync<object>($"UPDATE ingest_job SET discovered = 1 WHERE job_id = '{id}' RETURNING 1"));

        Assert.Equal("ingest_job_adds_up", fault.ConstraintName);
    }

    [Fact]
    public async Task A_chunk_is_booked_with_its_files_reasons_and_cursor_or_not_at_all()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;
        var wrong = SourceRow.Ingested("s3://b/wrong", null, 1, null, Sample.Image(9) with { WidthPx = 0 });

        await Assert.ThrowsAsync<PostgresException>(() => CommitAsync(lease, Chunk("k1", [Sample.File(1), wrong])));
        Assert.Equal(new JobCounts(0, 0, 0, 0, 0), (await _jobs.GetAsync(id))!.Counts);
        Assert.Empty(await _sources.FindAsync([Sample.File(1).Uri]));

        var result = await CommitAsync(lease, Chunk("k1", [Sample.File(1), Bad("s3://b/2", "empty_file")]));
        Assert.Equal(JobState.Running, result.State);
        Assert.Equal([Sample.Id(1)], result.Announce);
        Assert.Equal(new JobCounts(2, 0, 1, 1, 0), (await _jobs.GetAsync(id))!.Counts);
        Assert.Equal([new SourceCount(SourceState.Rejected, "empty_file", 1)], await _jobs.TroubleAsync(id));
        await _ranges.ReleaseAsync(lease);
        Assert.Equal("k1", (await _ranges.ClaimAsync(id, Lease))!.After);
    }

    [Fact]
    public async Task A_range_hands_on_what_it_has_before_it_and_the_parts_make_the_whole()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/", null, "t"), new("s3://b/", "t")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;
        Assert.False((await CommitAsync(lease, Chunk("b", [Sample.File(1)]))).IsShort);
        lease = lease with { Cursor = "b" };
        var last = (await _ranges.ClaimAsync(id, Lease))!;
        Assert.True((await CommitAsync(lease, Chunk("c", [Sample.File(2)]))).IsShort);
        lease = lease with { Cursor = "c" };

        var shorter = await _ranges.PartAsync(lease, "k");
        var both = await Task.WhenAll(_ranges.PartAsync(shorter, "f"), _ranges.PartAsync(last, "v"));
        var heirs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _ranges.ClaimAsync(id, Lease)));

        Assert.Equal([new JobRange("s3://b/", null, "f"), new JobRange("s3://b/", "t", "v")], both.Select(part => part.Range));
        Assert.Equal(
            [new JobRange("s3://b/", "f", "k"), new JobRange("s3://b/", "k", "t"), new JobRange("s3://b/", "v")],
            heirs.OfType<RangeLease>().Select(heir => heir.Range).OrderBy(range => range.AfterKey, StringComparer.Ordinal));
        Assert.Equal(JobState.Running, (await CommitAsync(both[0], Chunk("f", [Sample.File(3)], ends: true))).State);
        Assert.Equal(5, (await _jobs.GetAsync(id))!.Ranges);
    }

    [Fact]
    public async Task A_worker_that_lost_its_range_parts_nothing()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/", null, "t")]);
        var slow = (await _ranges.ClaimAsync(id, TimeSpan.Zero))!;
        var heir = (await _ranges.ClaimAsync(id, Lease))!;

        Assert.Equal(slow, await _ranges.PartAsync(slow, "k"));
        Assert.Equal("t", heir.Range.EndKey);
        Assert.Equal(1, (await _jobs.GetAsync(id))!.Ranges);
    }

    [Fact]
    public async Task A_dry_run_stores_the_counts_alone()
    {
        var id = await _jobs.CreateAsync(Request with { DryRun = true }, [new("s3://b/")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;

        var result = await _chunks.CommitAsync(lease, Chunk("k", [Sample.File(1), Bad("s3://b/2", "corrupt")]), true, Lease);

        Assert.Empty(result.Announce);
        Assert.Equal(new JobCounts(2, 0, 1, 1, 0), (await _jobs.GetAsync(id))!.Counts);
        Assert.Equal(0, await ScalarAsync<long>("SELECT count(*) FROM image_source"));
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_books_nothing()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/")]);
        var slow = (await _ranges.ClaimAsync(id, TimeSpan.Zero))!;
        var heir = (await _ranges.ClaimAsync(id, Lease))!;

        Assert.False(await _ranges.RenewAsync(slow, Lease));
        Assert.Null((await CommitAsync(slow, Chunk("k1", [Sample.File(1)]))).State);
        Assert.NotNull((await CommitAsync(heir, Chunk("k1", [Sample.File(1)]))).State);
        // The heir does not know whether its commit got through and does it again.
        Assert.Null((await CommitAsync(heir, Chunk("k1", [Sample.File(1)]))).State);
        await _ranges.ReleaseAsync(slow);

        Assert.Null(await _ranges.ClaimAsync(id, Lease));
        Assert.Equal(new JobCounts(1, 0, 1, 0, 0), (await _jobs.GetAsync(id))!.Counts);
    }

    [Fact]
    public async Task A_paused_job_takes_the_chunk_at_work_and_gives_no_range_and_a_cancelled_one_takes_nothing()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/", null, "m"), new("s3://b/", "m")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;

        Assert.True(await _jobs.PauseAsync(id));
        Assert.Null(await _ranges.ClaimAsync(id, Lease));
        Assert.Equal(JobState.Paused, (await CommitAsync(lease, Chunk("a", [Sample.File(1)]))).State);
        Assert.True(await _jobs.ResumeAsync(id));
        Assert.Equal("m", (await _ranges.ClaimAsync(id, Lease))!.After);
        Assert.True(await _jobs.CancelAsync(id));
        Assert.Null((await CommitAsync(lease with { Cursor = "a" }, Chunk("b", [Sample.File(2)]))).State);

        Assert.False(await _jobs.ResumeAsync(id));
        Assert.Equal((JobState.Cancelled, 1L), ((await _jobs.GetAsync(id))!.State, (await _jobs.GetAsync(id))!.Counts.Discovered));
    }

    [Fact]
    public async Task A_job_fails_at_its_limit_of_errors_names_the_first_and_may_make_as_many_again_when_resumed()
    {
        var id = await _jobs.CreateAsync(Request with { ErrorLimit = 2 }, [new("s3://b/")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;

        var first = await CommitAsync(lease, Chunk("a", [Bad("s3://b/1", "corrupt")]));
        var second = await CommitAsync(lease with { Cursor = "a" }, Chunk("b", [Bad("s3://b/2", "truncated")]));

        Assert.Equal((JobState.Running, 1L), (first.State, first.ErrorsLeft));
        Assert.Equal((JobState.Failed, 0L), (second.State, second.ErrorsLeft));
        Assert.Equal("s3://b/2: truncated", (await _jobs.GetAsync(id))!.Error);
        await _ranges.ReleaseAsync(lease);
        Assert.True(await _jobs.ResumeAsync(id));
        Assert.Equal(2, (await _ranges.ClaimAsync(id, Lease))!.ErrorsLeft);
    }

    [Fact]
    public async Task What_later_stages_find_moves_between_the_counts_and_leaves_their_sum()
    {
        var id = await _jobs.CreateAsync(Request, [new("s3://b/")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;
        var refused = SourceRow.Refused("file:///r", null, 5, null, SourceState.Rejected, "truncated", null);
        await CommitAsync(lease, Chunk("k", [.. Enumerable.Range(1, 4).Select(n => Sample.File(n)), refused]));
        await _sources.RegisterAsync([Sample.File(5)], Guid.NewGuid());

        await _stages.RejectAsync(Stages.Hash, [new(Sample.Id(1), "truncated", null), new(Sample.Id(5), "truncated", null)]);
        await _stages.FailAsync("embed:m", [new(Sample.Id(1), "vanished", null), new(Sample.Id(2), "vanished", null)]);
        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(2), "changed", null), new(Sample.Id(3), "changed", null)]);
        await _stages.CompleteAsync(Stages.Hash, [Sample.Id(3)]);

        var job = (await _jobs.GetAsync(id))!;
        Assert.Equal(new JobCounts(5, 0, 2, 2, 1), job.Counts);
        Assert.True(job.Counts.AddUp);
        Assert.Equal(
            [new SourceCount(SourceState.Failed, "vanished", 1), new SourceCount(SourceState.Rejected, "truncated", 2)],
            await _jobs.TroubleAsync(id));
        Assert.Equal([Sample.File(2).Uri], await _sources.FailedAsync(id, null, 10));
    }

    [Fact]
    public async Task An_image_that_failed_is_announced_again_from_a_known_file_and_from_a_new_one()
    {
        await _sources.RegisterAsync([Sample.File(1), Sample.File(2), Sample.File(3)], Guid.NewGuid());
        await _stages.FailAsync(Stages.Hash, [new(Sample.Id(1), "changed", null), new(Sample.Id(2), "vanished", null)]);
        Assert.True((await _sources.FindAsync([Sample.File(1).Uri]))[Sample.File(1).Uri].FailedAtStage);
        var id = await _jobs.CreateAsync(Request, [new("s3://b/")]);
        var lease = (await _ranges.ClaimAsync(id, Lease))!;

        var chunk = Chunk("k", [Sample.File(2, "file:///elsewhere"), Sample.File(3, "file:///copy")]) with
        {
            Again = [new KnownFile(Sample.File(1).Uri, Sample.Id(1))],
        };
        var result = await CommitAsync(lease, chunk with { Counts = chunk.Counts with { Discovered = 3, Ingested = 3 } });

        Assert.Equal(Sample.Ordered(1, 2), result.Announce.Order());
        Assert.Equal(2, (await _jobs.GetAsync(id))!.Counts.Failed);
    }

    [Fact]
    public async Task Jobs_are_found_by_the_first_digits_of_their_key()
    {
        var one = await _jobs.CreateAsync(Request);
        var other = await _jobs.CreateAsync(Request);

        Assert.Equal([one], await _jobs.FindAsync(one.ToString()[..13]));
        Assert.Equal([other], await _jobs.FindAsync(other.ToString("n").ToUpperInvariant()));
        Assert.Equal(2, (await _jobs.FindAsync("")).Count);
        Assert.Empty(await _jobs.FindAsync("zz"));
        Assert.Equal(2, (await _jobs.ListAsync(10)).Count);
        Assert.Equal(2, (await _jobs.ActiveAsync("any")).Count);
    }

    /// <summary>Workers that die at random places share a job: each object is booked once, and the counts add up all the while.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Workers_that_die_at_random_book_every_object_once(int seed)
    {
        const int Objects = 400;
        const int Ranges = 5;
        const int ChunkObjects = 7;
        var random = new Random(seed);
        var id = await _jobs.CreateAsync(Request,
            [.. Enumerable.Range(0, Ranges).Select(n => new JobRange("s3://b/", $"{n * Objects / Ranges - 1:d4}", $"{(n + 1) * Objects / Ranges - 1:d4}"))]);

        var deaths = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(async worker =>
        {
            var fate = new Random(random.Next());
            while (!await _jobs.CompleteAsync(id) && await _jobs.StateAsync(id) == JobState.Running)
            {
                // So short a lease is often lost while the worker is at work.
                if (await _ranges.ClaimAsync(id, TimeSpan.FromMilliseconds(fate.Next(1, 300))) is { } lease)
                {
                    Interlocked.Add(ref deaths, await WorkAsync(lease, fate) ? 0 : 1);
                }
            }
        })).WaitAsync(TimeSpan.FromMinutes(1));

        Assert.True(deaths > 0);
        Assert.Equal(new JobCounts(Objects, 0, Objects, 0, 0), (await _jobs.GetAsync(id))!.Counts);
        Assert.Equal(Objects, await ScalarAsync<long>("SELECT count(*) FROM image_source"));
        Assert.Equal(Objects, await ScalarAsync<long>("SELECT sum(discovered)::bigint FROM ingest_range"));

        async Task<bool> WorkAsync(RangeLease lease, Random fate)
        {
            for (var key = int.Parse(lease.After!, null) + 1; ;)
            {
                var last = int.Parse(lease.Range.EndKey!, null);
                var end = Math.Min(key + ChunkObjects - 1, last);
                var cursor = $"{end:d4}";
                using var kill = new CancellationTokenSource(fate.Next(4) == 0 ? fate.Next(0, 12) : 10_000);
                ChunkResult result;
                try
                {
                    var rows = Enumerable.Range(key, end - key + 1).Select(n => Sample.File(n)).ToArray();
                    result = await _chunks.CommitAsync(
                        lease, Chunk(cursor, rows, end == last), false, TimeSpan.FromMilliseconds(50), kill.Token);
                }
                catch (Exception fault) when (fault is OperationCanceledException || kill.IsCancellationRequested)
                {
                    return false;
                }

                if (result.State is null)
                {
                    return false;
                }

                if (end == last)
                {
                    return true;
                }

                (lease, key) = (lease with { Cursor = cursor }, end + 1);
            }
        }
    }

    Task<ChunkResult> CommitAsync(RangeLease lease, JobChunk chunk) => _chunks.CommitAsync(lease, chunk, false, Lease);

    static SourceRow Bad(string uri, string reason) =>
        SourceRow.Refused(uri, null, 5, null, SourceState.Rejected, reason, null);

    static JobChunk Chunk(string? cursor, SourceRow[]? rows = null, bool ends = false)
    {
        rows ??= [];
        var bad = rows.Where(row => row.State == SourceState.Rejected).ToArray();
        return new JobChunk
        {
            Rows = rows,
            Counts = new JobCounts(rows.Length, 0, rows.Length - bad.Length, bad.Length, 0),
            Reasons = [.. bad.GroupBy(row => row.Reason).Select(reason => new SourceCount(SourceState.Rejected, reason.Key, reason.Count()))],
            Cursor = cursor,
            EndsRange = ends,
            FirstError = bad.Length > 0 ? $"{bad[0].Uri}: {bad[0].Reason}" : null,
        };
    }
}

[Collection(nameof(OnPGlite))]
public sealed class JobsOnPGlite(PGliteDatabase database) : JobTests(database);

[Collection(nameof(OnPostgres))]
public sealed class JobsOnPostgres(PostgresDatabase database) : JobTests(database);
