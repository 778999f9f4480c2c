using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Storage.Tests;

/// <summary>Taking back what people said about clusters, and asking which cluster holds an image.</summary>
public abstract class ClusterArrangementTests(TestDatabase database) : StorageTests(database)
{
    const string Model = "early";

    readonly ClusterRunStore _runs = new(database.Source);
    readonly ClusterReader _reader = new(database.Source);
    readonly ClusterEdits _edits = new(database.Source);
    readonly ClusterArrangements _arrangements = new(database.Source);

    [Fact]
    public async Task A_merge_is_taken_back_with_its_names_and_the_merge_before_it()
    {
        var run = await RunAsync(4);
        await _edits.MergeAsync(run, 2, 3, "me");
        await _edits.LabelAsync(run, 2, "cats", "me");
        await _edits.LabelAsync(run, 1, "dogs", "me");
        var before = (await ShownAsync(run), await SaidAsync());
        var arrangement = await _arrangements.ReadAsync(run, [1, 2]);

        await _edits.MergeAsync(run, 1, 2, "me");
        var merged = await ShownAsync(run);
        var isBack = await _arrangements.RestoreAsync(run, arrangement, "me");

        Assert.True(isBack);
        Assert.Equal(["1:dogs:2,3", "4::"], merged);
        Assert.Equal(["1:dogs:", "2:cats:3", "4::"], before.Item1);
        Assert.Equal(before.Item1, await ShownAsync(run));
        Assert.Equal(before.Item2, await SaidAsync());
    }

    [Fact]
    public async Task A_label_that_is_taken_back_leaves_what_was_said_of_others()
    {
        var run = await RunAsync(3);
        await _edits.LabelAsync(run, 2, "kept", "me");
        var none = await _arrangements.ReadAsync(run, [1]);

        await _edits.LabelAsync(run, 1, "wrong", "me");
        await _arrangements.RestoreAsync(run, none, "me");

        Assert.Equal(["1::", "2:kept:", "3::"], await ShownAsync(run));
        Assert.Equal(["Label:2:kept"], await SaidAsync());
    }

    [Fact]
    public async Task Parts_of_a_split_that_were_merged_are_apart_again_for_later_runs_too()
    {
        var run = await RunAsync(1);
        await _edits.SplitAsync(run, 1, [Row(2), Row(3)], [new(Sample.Id(1), 2, 0.1f)], "me");
        var arrangement = await _arrangements.ReadAsync(run, [2, 3]);

        await _edits.MergeAsync(run, 2, 3, "me");
        var merged = await SaidAsync();
        await _arrangements.RestoreAsync(run, arrangement, "me");

        Assert.Equal(["Merge:2,3:"], merged);
        Assert.Equal(["Split:2,3:"], await SaidAsync());
        Assert.Equal(["2::", "3::"], await ShownAsync(run));
    }

    [Fact]
    public async Task What_was_merged_with_others_since_is_left_as_it_is()
    {
        var run = await RunAsync(3);
        var apart = await _arrangements.ReadAsync(run, [1, 2]);
        await _edits.MergeAsync(run, 1, 2, "me");
        await _edits.MergeAsync(run, 3, 1, "me");

        Assert.False(await _arrangements.RestoreAsync(run, apart, "me"));
        Assert.False(await _arrangements.RestoreAsync(run, new([new(9, null, [])], []), "me"));
        Assert.Equal(["3::1,2"], await ShownAsync(run));
        Assert.Equal(["Merge:1,2,3:"], await SaidAsync());
    }

    [Fact]
    public async Task An_image_is_in_the_cluster_that_its_own_was_merged_into_and_outside_the_active_run_in_none()
    {
        var places = new ClusterPlaces(Source);
        var run = await RunAsync(3);
        await _edits.LabelAsync(run, 1, "cats", "me");
        await _edits.MergeAsync(run, 1, 2, "me");
        Guid[] asked = [Sample.Id(1), Sample.Id(2), Sample.Id(3), Sample.Id(9)];
        // Tests that went before leave models, of which one may be active.
        await ExecuteAsync("UPDATE model SET active = false WHERE active");
        var inactive = await places.OfImagesAsync(asked);

        await ExecuteAsync(
            $"INSERT INTO model (model_id, name, version, dimensions, manifest, active) VALUES ('{Model}', 'early', '1', 2, '{{}}', true) "
            + "ON CONFLICT (model_id) DO UPDATE SET active = true");
        var found = await places.OfImagesAsync(asked);
        await ExecuteAsync($"UPDATE model SET active = false WHERE model_id = '{Model}'");

        Assert.Empty(inactive);
        Assert.Equal(
            new Dictionary<Guid, ClusterPlace>
            {
                [Sample.Id(1)] = new(run, 1, "cats"),
                [Sample.Id(2)] = new(run, 1, "cats"),
                [Sample.Id(3)] = new(run, 3, "name 3"),
            },
            found);
    }

    static ClusterRow Row(int number) => new(number, [1, 0], null, 1, 0.1f, 0.5f, SuggestedName: $"name {number}");

    /// <summary>An active run of clusters 1, 2 ... of which each holds the image of its number.</summary>
    async Task<int> RunAsync(int clusters)
    {
        var run = await _runs.RequestAsync(new ClusterRunRequest(Model, "auto", "{}", "a test"));
        await _runs.StartAsync(run, "test");
        await _runs.WriteClustersAsync(run, [.. Enumerable.Range(1, clusters).Select(Row)]);
        await _runs.WriteMembersAsync(run, Enumerable.Range(1, clusters).Select(n => new ClusterMember(Sample.Id(n), n, 0.1f)));
        await _runs.FinishAsync(run, new("kmeans", "{}", "{}", [], 5, clusters, clusters, 0), activate: true, []);
        return run;
    }

    /// <summary>The clusters that are shown: number, label, parts.</summary>
    async Task<List<string>> ShownAsync(int run) => [.. (await _reader.ListAsync(run)).OrderBy(cluster => cluster.Number)
        .Select(cluster => $"{cluster.Number}:{cluster.Label}:{string.Join(',', cluster.Parts)}")];

    async Task<List<string>> SaidAsync() => [.. (await _edits.ReadDecisionsAsync(Model))
        .Select(decision => $"{decision.Kind}:{string.Join(',', decision.Clusters.Order())}:{decision.Label}").Order(StringComparer.Ordinal)];

    async Task ExecuteAsync(string sql)
    {
        await using var command = Administrator.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}

[Collection(nameof(OnPGlite))]
public sealed class ClusterArrangementsOnPGlite(PGliteDatabase database) : ClusterArrangementTests(database);

[Collection(nameof(OnPostgres))]
public sealed class ClusterArrangementsOnPostgres(PostgresDatabase database) : ClusterArrangementTests(database);

[Collection(nameof(AsWriter))]
public sealed class ClusterArrangementsAsWriter(RoleDatabase database) : ClusterArrangementTests(database);
