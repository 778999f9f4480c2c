using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Storage.Tests;

/// <summary>Clustering runs and what people said about them.</summary>
public abstract class ClusterTests(TestDatabase database) : StorageTests(database)
{
    const string Model = "early";

    readonly ClusterRunStore _runs = new(database.Source);
    readonly ClusterReader _reader = new(database.Source);
    readonly ClusterEdits _edits = new(database.Source);
    readonly ClusterArrivals _arrivals = new(database.Source);

    [Fact]
    public async Task A_run_is_seen_by_nobody_until_it_is_done_and_then_takes_the_place_of_the_former_at_once()
    {
        var first = await RunAsync([1, 1, 2]);
        var second = await BeginAsync();
        await WriteAsync(second, [1, 2, 2, null]);
        var meanwhile = await ShownAsync();

        await _runs.FinishAsync(second, Outcome(4, 2, 1), activate: true, []);

        Assert.Equal([$"{first} 1 2", $"{first} 2 1"], meanwhile);
        Assert.Equal([$"{second} 1 1", $"{second} 2 2"], await ShownAsync());
        Assert.Equal(second, (await _runs.FindActiveAsync(Model))!.RunId);
        Assert.Equal((4L, 2, 1L), ((await _runs.FindAsync(second))!.Images, (await _runs.FindAsync(second))!.Clusters, (await _runs.FindAsync(second))!.Unassigned));
    }

    [Fact]
    public async Task What_a_dead_run_wrote_goes_and_the_former_stays_active()
    {
        var first = await RunAsync([1, 1, 2]);
        var dead = await BeginAsync();
        await WriteAsync(dead, [1, 2, 2]);

        await _runs.AbandonAsync(dead, "its process died");
        await Assert.ThrowsAsync<DatabaseException>(() => _runs.FinishAsync(dead, Outcome(3, 2, 0), activate: true, []));
        await _runs.AbandonAsync(first, "late");

        var over = (await _runs.FindAsync(dead))!;
        Assert.Equal((ClusterRunState.Abandoned, "its process died"), (over.State, over.Error));
        Assert.Equal(first, (await _runs.FindActiveAsync(Model))!.RunId);
        Assert.Equal(0L, await ScalarAsync<long>($"SELECT count(*) FROM cluster_member WHERE run_id = {dead}"));
        Assert.Equal(3L, await ScalarAsync<long>($"SELECT count(*) FROM cluster_member WHERE run_id = {first}"));
    }

    [Fact]
    public async Task What_a_run_wrote_after_it_was_taken_for_dead_goes_when_it_sees_that()
    {
        var slow = await BeginAsync();
        await _runs.AbandonAsync(slow, "taken for dead");
        await WriteAsync(slow, [1, 2, 2]);

        await _runs.FailAsync(slow, "given up meanwhile");

        Assert.Equal(ClusterRunState.Abandoned, (await _runs.FindAsync(slow))!.State);
        Assert.Equal(0L, await ScalarAsync<long>($"SELECT count(*) FROM cluster_member WHERE run_id = {slow}"));
        Assert.Equal(0L, await ScalarAsync<long>($"SELECT count(*) FROM cluster WHERE run_id = {slow}"));
    }

    [Fact]
    public async Task The_same_request_twice_is_one_run()
    {
        var request = new ClusterRunRequest(Model, "auto", "{}", "a test", Guid.NewGuid());

        var one = await _runs.RequestAsync(request);
        var again = await _runs.RequestAsync(request);
        var started = await Task.WhenAll(_runs.StartAsync(one, "x"), _runs.StartAsync(one, "y"));

        Assert.Equal(one, again);
        Assert.Single(started, true);
        Assert.NotEqual(one, await _runs.RequestAsync(request with { RequestId = null }));
    }

    [Fact]
    public async Task Arrivals_join_once_and_are_counted_once()
    {
        var run = await RunAsync([1, 1, 2]);
        ClusterMember[] arrivals = [new(Sample.Id(10), 2, 0.1f), new(Sample.Id(11), null, 0.9f), new(Sample.Id(12), 2, 0.2f)];

        var first = await _arrivals.AddAsync(run, arrivals);
        var again = await _arrivals.AddAsync(run, arrivals);
        var known = await _arrivals.AddAsync(run, [new(Sample.Id(0), 2, 0.1f)]);

        Assert.Equal([(3L, 1L), (0L, 0L), (0L, 0L)], new[] { first, again, known });
        Assert.Equal([$"{run} 1 2", $"{run} 2 3"], await ShownAsync());
        Assert.Equal((3L, 1L), ((await _runs.FindAsync(run))!.Arrived, (await _runs.FindAsync(run))!.ArrivedUnassigned));
        Assert.Equal(
            Sample.Ordered(10, 11, 12),
            await ScalarAsync<Guid[]>("SELECT array_agg(image_id ORDER BY image_id) FROM active_cluster_member WHERE arrived"));
    }

    [Fact]
    public async Task Merged_clusters_are_shown_as_one_and_arrivals_of_either_join_it()
    {
        var run = await RunAsync([1, 1, 2, 3]);
        await _edits.LabelAsync(run, 2, "cats", "me");

        await _edits.MergeAsync(run, 1, 2, "me");
        await _edits.MergeAsync(run, 3, 1, "me");
        await _arrivals.AddAsync(run, [new(Sample.Id(20), 2, 0.1f)]);

        var shown = Assert.Single(await _reader.ListAsync(run));
        Assert.Equal((3, "cats", 5L), (shown.Number, shown.Name, shown.Size));
        Assert.Equal([1, 2], shown.Parts);
        var members = await _reader.MembersAsync(run, 3, 100);
        Assert.Equal(5, members.Count);
        Assert.Equal(members.Take(3).Select(member => member.ImageId), (await _reader.TypicalAsync(run, [3, 9], 3))[3]);
        Assert.Equal(["3 cats"], await RowsAsync("SELECT DISTINCT cluster_no || ' ' || name FROM active_cluster_member"));
        Assert.Equal(
            ["Label:1,2,3:0,0,0", "Merge:1,2,3:0,0,0"],
            (await _edits.ReadDecisionsAsync(Model)).Select(Words).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_split_cluster_is_gone_and_its_label_stays_with_the_first_part()
    {
        var run = await RunAsync([1, 1, 1, 2]);
        await _edits.LabelAsync(run, 1, "dogs", "me");

        await _edits.SplitAsync(
            run, 1, [Row(3, 2) with { SplitFrom = 1 }, Row(4, 1) with { SplitFrom = 1 }],
            [new(Sample.Id(0), 3, 0.1f), new(Sample.Id(1), 4, 0.1f), new(Sample.Id(2), 3, 0.2f)], "me");

        Assert.Equal([$"{run} 2 1", $"{run} 3 2", $"{run} 4 1"], await ShownAsync());
        Assert.Equal("dogs", (await _reader.ListAsync(run)).Single(cluster => cluster.Number == 3).Label);
        Assert.Equal([2, 3, 4], (await _arrivals.ReadTargetsAsync(run)).Select(target => target.Number));
        Assert.Equal(
            ["Label:3:0", "Split:3,4:0,1"], (await _edits.ReadDecisionsAsync(Model)).Select(Words).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_label_is_replaced_and_taken_away()
    {
        var run = await RunAsync([1, 2]);

        await _edits.LabelAsync(run, 1, "one", "me");
        await _edits.LabelAsync(run, 1, " other ", "me");
        var replaced = (await _edits.ReadDecisionsAsync(Model)).Select(decision => decision.Label);
        await _edits.LabelAsync(run, 1, "", "me");

        Assert.Equal(["other"], replaced);
        Assert.Empty(await _edits.ReadDecisionsAsync(Model));
        Assert.All(await _reader.ListAsync(run), cluster => Assert.Null(cluster.Label));
    }

    [Fact]
    public async Task Overlap_counts_the_images_of_both_runs_as_shown_or_as_computed()
    {
        var one = await RunAsync([1, 1, 2, 3, null]);
        await _edits.MergeAsync(one, 1, 2, "me");
        var other = await RunAsync([1, 2, 2, 2, 2, 1]);

        Assert.Equal(
            [new(1, 1, 1), new(1, 2, 1), new(2, 2, 1), new(3, 2, 1), new(null, 2, 1)], await _reader.OverlapAsync(one, other, shown: false));
        Assert.Equal(
            [new(1, 1, 1), new(1, 2, 2), new(3, 2, 1), new ClusterOverlap(null, 2, 1)], await _reader.OverlapAsync(one, other, shown: true));
    }

    [Fact]
    public async Task Of_old_runs_those_stay_that_are_active_or_hold_what_a_person_said()
    {
        var labelled = await RunAsync([1, 2]);
        await _edits.LabelAsync(labelled, 1, "kept", "me");
        var plain = await RunAsync([1, 2]);
        var failed = await BeginAsync();
        await _runs.FailAsync(failed, "because");
        var active = await RunAsync([1, 2]);

        var removed = await _runs.RemoveOldAsync(Model, keep: 2);

        Assert.Equal(1, removed);
        Assert.Equal([active, failed, labelled], (await _runs.ListAsync(10)).Select(run => run.RunId));
        Assert.Equal(0L, await ScalarAsync<long>($"SELECT count(*) FROM cluster_member WHERE run_id = {plain}"));
    }

    [Fact]
    public async Task Members_are_streamed_page_by_page_in_the_order_of_their_ids()
    {
        const int Many = 20_003;
        var run = await BeginAsync();
        await _runs.WriteClustersAsync(run, [Row(1, Many)]);
        await _runs.WriteMembersAsync(run, Enumerable.Range(0, Many).Select(n => new ClusterMember(Sample.Id(n), 1, n)));

        var streamed = await _reader.StreamAsync(run).Select(member => member.ImageId).ToListAsync();

        Assert.Equal(Many, streamed.Count);
        Assert.Equal(streamed.Order(), streamed);
        Assert.Equal(Sample.Id(0), (await _reader.MembersAsync(run, 1, 1))[0].ImageId);
        Assert.Equal(Sample.Id(Many - 1), (await _reader.MembersAsync(run, 1, 1, last: true))[0].ImageId);
    }

    static string Words(ClusterDecision decision) =>
        $"{decision.Kind}:{string.Join(',', decision.Clusters.Order())}:{string.Join(',', decision.Parts)}";

    static ClusterRow Row(int number, long size) =>
        new(number, [1, 0], Sample.Id(0), size, 0.1f, 0.5f, 0.25f, 0.75f, $"name {number}", """{"folders": []}""");

    static ClusterOutcome Outcome(long images, int clusters, long unassigned) =>
        new("kmeans", "{}", """{"silhouette": 0.5}""", ["nothing was carried over"], 5, images, clusters, unassigned);

    async Task<int> BeginAsync()
    {
        var run = await _runs.RequestAsync(new ClusterRunRequest(Model, "auto", "{}", "a test"));
        Assert.True(await _runs.StartAsync(run, "test"));
        return run;
    }

    /// <summary>Writes the images 0, 1 ... as members of these clusters.</summary>
    async Task WriteAsync(int run, int?[] clusters)
    {
        await _runs.WriteClustersAsync(run, [.. clusters.OfType<int>().GroupBy(number => number).Select(of => Row(of.Key, of.Count()))]);
        await _runs.WriteMembersAsync(run, clusters.Select((cluster, n) => new ClusterMember(Sample.Id(n), cluster, 0.1f * n)));
    }

    async Task<int> RunAsync(int?[] clusters)
    {
        var run = await BeginAsync();
        await WriteAsync(run, clusters);
        await _runs.FinishAsync(
            run, Outcome(clusters.Length, clusters.OfType<int>().Distinct().Count(), clusters.Count(one => one is null)), activate: true, []);
        return run;
    }

    Task<List<string>> ShownAsync() =>
        RowsAsync("SELECT run_id || ' ' || cluster_no || ' ' || size FROM active_cluster ORDER BY cluster_no");

    async Task<List<string>> RowsAsync(string sql)
    {
        var rows = new List<string>();
        await using var command = Source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            rows.Add(reader.GetString(0));
        }

        return rows;
    }
}

[Collection(nameof(OnPGlite))]
public sealed class ClustersOnPGlite(PGliteDatabase database) : ClusterTests(database);

[Collection(nameof(OnPostgres))]
public sealed class ClustersOnPostgres(PostgresDatabase database) : ClusterTests(database);

[Collection(nameof(AsWriter))]
public sealed class ClustersAsWriter(RoleDatabase database) : ClusterTests(database);
