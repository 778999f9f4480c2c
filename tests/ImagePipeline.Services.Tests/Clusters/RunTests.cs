using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>Runs over images that lie in blobs: what is found, who joins, and what survives.</summary>
[Collection(nameof(OnPipeline))]
public sealed class RunTests(PipelineFixture pipeline) : IAsyncLifetime
{
    const int Images = 120;
    const int Kinds = 4;

    static readonly ClusterSettings Means = new() { Method = ClusterMethod.KMeans, K = Kinds };

    public async ValueTask InitializeAsync()
    {
        await Blobs.PrepareAsync(pipeline);
        await Blobs.AddAsync(pipeline, Enumerable.Range(0, Images), Kind);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("auto")]
    [InlineData("kmeans")]
    [InlineData("agglomerative")]
    [InlineData("hdbscan")]
    [InlineData("dbscan")]
    public async Task Every_method_finds_the_blobs_by_itself(string method)
    {
        // As many as a method may see are all of them, and no sample.
        using var rig = new ClusterRig(pipeline.Database, new ClusterOptions { SampleImages = Images, AgglomerativeImages = Images, DensityImages = Images });
        Assert.True(ClusterSettings.TryMethod(method, out var asked));

        var run = await rig.RunAsync(new ClusterSettings { Method = asked });

        var members = await rig.MembersAsync(run);
        Assert.Equal((ClusterRunState.Done, true, (long)Images), (run.State, run.IsActive, run.Images));
        Assert.Equal(Images, members.Count);
        // No cluster mixes blobs, and most images are in one; those at the rim of a blob may be left out where the method does so.
        Assert.All(members.GroupBy(member => member.Value).Where(of => of.Key != 0), of => Assert.Single(of.Select(one => KindOf(one.Key)).Distinct()));
        Assert.InRange(members.Values.Count(cluster => cluster == 0), 0, method is "hdbscan" or "dbscan" ? Images / 2 : 0);
        // One radius for all may leave out the loosest blob.
        Assert.InRange(run.Clusters, asked == ClusterMethod.Dbscan ? Kinds - 1 : Kinds, Images / 4);
        Assert.All(await rig.ListAsync(run), cluster => Assert.StartsWith("kind ", cluster.Name, StringComparison.Ordinal));
        Assert.NotNull(run.QualityJson);
        Assert.Null(ClusterSettings.Parse(run.ParametersJson).Sample);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_clusters_map_and_figures()
    {
        using var rig = new ClusterRig(pipeline.Database);

        var one = await rig.RunAsync(Means);
        var other = await rig.RunAsync(Means);

        Assert.Equal(await RowsAsync(one), await RowsAsync(other));
        Assert.Equal(one.QualityJson, other.QualityJson);
        Assert.Equal([other.RunId, one.RunId], (await rig.Get<ClusterRunStore>().ListAsync(10)).Select(run => run.RunId));
        Assert.Equal(other.RunId, (await rig.Get<ClusterRunStore>().FindActiveAsync(Blobs.Model))!.RunId);
    }

    [Fact]
    public async Task Of_more_images_than_a_method_may_see_the_others_join_the_nearest_cluster()
    {
        await Blobs.AddAsync(pipeline, Enumerable.Range(Images, 400), Kind);
        using var rig = new ClusterRig(pipeline.Database, new ClusterOptions { SampleImages = 100 });

        var run = await rig.RunAsync(Means);

        var members = await rig.MembersAsync(run);
        Assert.Equal(Images + 400, members.Count);
        Assert.Equal(100, ClusterSettings.Parse(run.ParametersJson).Sample);
        Assert.All(members.GroupBy(member => member.Value), of => Assert.Single(of.Select(one => KindOf(one.Key)).Distinct()));
    }

    [Fact]
    public async Task Labels_merges_and_splits_survive_a_run_with_other_numbers_and_more_images()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var before = await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = 3 });
        var (mixed, single) = await MixedAndSingleAsync(rig, before);
        var parts = await rig.Get<ClusterSplit>().IntoAsync(before, mixed, 2, "me", TestContext.Current.CancellationToken);
        var rest = (await rig.ListAsync(before)).Select(cluster => cluster.Number).First(number => number != single && parts.All(part => part.Number != number));
        await rig.Get<ClusterEdits>().LabelAsync(before.RunId, parts[0].Number, "first", "me");
        await rig.Get<ClusterEdits>().MergeAsync(before.RunId, single, rest, "me");
        await rig.Get<ClusterEdits>().LabelAsync(before.RunId, single, "both", "me");
        await Blobs.AddAsync(pipeline, Enumerable.Range(Images, 40), Kind);
        var said = await ShownAsync(rig, before);

        var after = await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = 3, Seed = 5 });
        var again = await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.Agglomerative, K = Kinds });

        Assert.Equal(said.Keys.Order(), (await ShownAsync(rig, after)).Keys.Order());
        Assert.Equal(said.Keys.Order(), (await ShownAsync(rig, again)).Keys.Order());
        Assert.Equal(["both", "first"], (await rig.ListAsync(again)).Select(cluster => cluster.Label).OfType<string>().Order());
        Assert.NotEmpty(after.Carried);
        Assert.Contains(again.Carried, line => line.Contains("'both'", StringComparison.Ordinal));
        Assert.All(await rig.Get<ClusterEdits>().ReadDecisionsAsync(Blobs.Model), decision => Assert.Equal(again.RunId, decision.RunId));
    }

    [Fact]
    public async Task What_has_no_place_in_a_run_is_kept_for_the_next_that_has()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var fine = await rig.RunAsync(Means);
        await rig.Get<ClusterEdits>().LabelAsync(fine.RunId, 1, "mine", "me");
        var images = (await rig.Get<ClusterReader>().MembersAsync(fine.RunId, 1, 1000)).Select(member => member.ImageId).ToHashSet();

        var coarse = await rig.RunAsync(Means with { K = 1 });
        var back = await rig.RunAsync(Means with { Seed = 9 });

        Assert.Contains(coarse.Carried, line => line.Contains("has no place", StringComparison.Ordinal));
        var mine = Assert.Single(await rig.ListAsync(back), cluster => cluster.Label == "mine");
        Assert.Equal(images, (await rig.Get<ClusterReader>().MembersAsync(back.RunId, mine.Number, 1000)).Select(member => member.ImageId).ToHashSet());
    }

    [Fact]
    public async Task Arrivals_join_their_blob_once_and_strangers_none()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var run = await rig.RunAsync(Means);
        await Blobs.AddAsync(pipeline, Enumerable.Range(500, 20), number => number < 510 ? Kind(number) : 77);
        Guid[] some = [.. Enumerable.Range(500, 5).Select(Blobs.Id)];

        var (told, _) = await rig.Get<ClusterAssigner>().AssignAsync(Blobs.Model, some, TestContext.Current.CancellationToken);
        var (again, _) = await rig.Get<ClusterAssigner>().AssignAsync(Blobs.Model, some, TestContext.Current.CancellationToken);
        var (found, unassigned) = await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);
        var nothing = await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);

        Assert.Equal((5L, 0L, 15L, 0L), (told, again, found, nothing.Added));
        var members = await rig.MembersAsync(run);
        var ofKind = members.Where(member => Number(member.Key) < Images).ToLookup(member => KindOf(member.Key), member => member.Value);
        Assert.All(Enumerable.Range(500, 10), number => Assert.Contains(members[Blobs.Id(number)], new[] { 0, ofKind[Kind(number)].First() }));
        Assert.All(Enumerable.Range(510, 10), number => Assert.Equal(0, members[Blobs.Id(number)]));
        Assert.InRange(unassigned, 10, 12);
    }

    [Fact]
    public async Task A_condition_selects_images_and_is_shown_only_on_demand()
    {
        using var rig = new ClusterRig(pipeline.Database);

        var run = await rig.RunAsync(Means with { K = 2, Where = "uri like '%kind 1%' or uri like '%kind 2%' -- only these" });
        var refused = await Assert.ThrowsAsync<QueryRefusedException>(() => rig.RunAsync(Means with { Where = "1) ; drop table cluster; --" }));

        Assert.Equal((Images / 2, false), (run.Images, run.IsActive));
        Assert.NotEqual("", refused.Message);
        Assert.Equal("failed", (await rig.Get<ClusterRunStore>().ListAsync(1))[0].State.ToSql());
    }

    [Fact]
    public async Task A_run_whose_process_is_gone_is_given_up_by_the_next()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var first = await rig.RunAsync(Means);
        var store = rig.Get<ClusterRunStore>();
        var dead = await store.RequestAsync(new ClusterRunRequest(Blobs.Model, "auto", new ClusterSettings().ToJson(), "a test"));
        Assert.True(await store.StartAsync(dead, $"{Environment.MachineName}/1073741824/1"));
        await store.WriteMembersAsync(dead, [new ClusterMember(Blobs.Id(1), 1, 0)]);

        var active = (await store.FindActiveAsync(Blobs.Model))!.RunId;
        var next = await rig.RunAsync(Means);

        Assert.Equal(first.RunId, active);
        var over = (await store.FindAsync(dead))!;
        Assert.Equal(ClusterRunState.Abandoned, over.State);
        Assert.Equal($"its process {over.Worker} died before it was done; nothing of it is left", over.Error);
        Assert.True(next.IsActive);
        Assert.Empty(await rig.Get<ClusterReader>().StreamAsync(dead).ToListAsync());
    }

    [Fact]
    public async Task A_cancelled_run_leaves_nothing_and_the_former_active()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var first = await rig.RunAsync(Means);
        using var stop = new CancellationTokenSource();
        var progress = new Stopping(stop);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Get<ClusterRunner>().RunAsync(
            new ClusterRunRequest(Blobs.Model, "kmeans", Means.ToJson(), "a test"), progress, stop.Token));

        var runs = await rig.Get<ClusterRunStore>().ListAsync(10);
        Assert.Equal([ClusterRunState.Abandoned, ClusterRunState.Done], runs.Select(run => run.State));
        Assert.Equal(first.RunId, runs.Single(run => run.IsActive).RunId);
        Assert.Equal("stopped before it was done; nothing of it is left", runs[0].Error);
    }

    [Theory]
    [InlineData(null, null, null, 50, ClusterMethod.Agglomerative)]
    [InlineData(null, null, null, 500, ClusterMethod.KMeans)]
    [InlineData(null, 0.3, null, 50, ClusterMethod.Agglomerative)]
    [InlineData(null, 0.3, null, 500, ClusterMethod.TwoLevel)]
    [InlineData(Linkage.Ward, null, null, 500, ClusterMethod.TwoLevel)]
    [InlineData(null, null, 4, 50, ClusterMethod.Hdbscan)]
    [InlineData(null, 0.2, 4, 500, ClusterMethod.Dbscan)]
    public async Task What_is_asked_for_decides_the_method_where_none_is_named(
        Linkage? linkage, double? distance, int? minSize, int images, ClusterMethod expected)
    {
        using var rig = new ClusterRig(pipeline.Database, new ClusterOptions { AgglomerativeImages = Images * 100 / images });

        var run = await rig.RunAsync(new ClusterSettings { Linkage = linkage, Distance = distance, MinSize = minSize });

        Assert.Equal(ClusterSettings.Word(expected), run.Method);
    }

    static int Kind(int number) => number % Kinds;

    static int KindOf(Guid id) => Kind(Number(id));

    static int Number(Guid id) => Numbers[id];

    static readonly Dictionary<Guid, int> Numbers = Enumerable.Range(0, 1000).ToDictionary(Blobs.Id);

    /// <summary>The cluster of two kinds, where three clusters hold four, and one of a single kind.</summary>
    static async Task<(int Mixed, int Single)> MixedAndSingleAsync(ClusterRig rig, ClusterRun run)
    {
        var kinds = (await rig.MembersAsync(run)).GroupBy(member => member.Value)
            .ToDictionary(of => of.Key, of => of.Select(member => KindOf(member.Key)).Distinct().Count());
        return (kinds.Single(of => of.Value == 2).Key, kinds.First(of => of.Value == 1).Key);
    }

    /// <summary>What is shown, each cluster by the kinds of its first images: numbers change from run to run.</summary>
    static async Task<Dictionary<string, int>> ShownAsync(ClusterRig rig, ClusterRun run) => (await rig.MembersAsync(run))
        .Where(member => Number(member.Key) < Images).GroupBy(member => member.Value)
        .ToDictionary(of => string.Join(',', of.Select(member => KindOf(member.Key)).Distinct().Order()), of => of.Key);

    Task<List<string>> RowsAsync(ClusterRun run) => pipeline.RowsAsync(
        $"SELECT image_id, cluster_no, distance, x, y FROM cluster_member WHERE run_id = {run.RunId} ORDER BY image_id");

    sealed class Stopping(CancellationTokenSource stop) : IProgress<ClusterProgress>
    {
        public void Report(ClusterProgress value)
        {
            if (value.Phase == "writing")
            {
                stop.Cancel();
            }
        }
    }
}
