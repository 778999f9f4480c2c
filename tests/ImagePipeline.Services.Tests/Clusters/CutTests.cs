using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>Cuts of a run's tree: the clusters of a run of its own at that level, over what is there now.</summary>
[Collection(nameof(OnPipeline))]
public sealed class CutTests(PipelineFixture pipeline) : IAsyncLifetime
{
    const int Images = 120;
    const int Kinds = 4;

    static readonly ClusterSettings Joined = new() { Method = ClusterMethod.Agglomerative };

    public async ValueTask InitializeAsync()
    {
        await Blobs.PrepareAsync(pipeline);
        await Blobs.AddAsync(pipeline, Enumerable.Range(0, Images), Kind);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(Linkage.Ward, 11, null)]
    [InlineData(Linkage.Ward, null, 0.02)]
    [InlineData(Linkage.Average, null, 0.015)]
    [InlineData(Linkage.Complete, Images, null)]
    public async Task A_cut_is_what_a_run_of_its_own_at_that_level_is(Linkage linkage, int? k, double? distance)
    {
        using var rig = new ClusterRig(pipeline.Database);
        var whole = await rig.RunAsync(Joined with { Linkage = linkage, K = Kinds });
        var fresh = await rig.RunAsync(Joined with { Linkage = linkage, K = k, Distance = distance });

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, k, distance, activate: false));
        var again = await rig.RunAsync(ClusterSettings.OfCut(cut, Kinds, null, activate: false));

        Assert.Equal((ClusterRunState.Done, false, fresh.Clusters, (long)Images), (cut.State, cut.IsActive, cut.Clusters, cut.Images));
        Assert.Equal(await RowsAsync(fresh), await RowsAsync(cut));
        Assert.Equal(fresh.QualityJson, cut.QualityJson);
        Assert.Equal(await RowsAsync(whole), await RowsAsync(again));
        Assert.True(whole.HasTree && cut.HasTree && again.HasTree);
        Assert.Equal(whole.RunId, ClusterSettings.Parse(cut.ParametersJson).CutOf);
    }

    [Fact]
    public async Task Images_that_went_are_left_out_and_those_that_came_join_as_arrivals_do()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var whole = await rig.RunAsync(Joined with { K = Kinds });
        var other = await rig.RunAsync(Joined with { K = 8 });
        await Blobs.AddAsync(pipeline, Enumerable.Range(500, 20), number => number < 510 ? Kind(number) : 77);
        await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);
        await Blobs.AddAsync(pipeline, Enumerable.Range(600, 5), Kind);
        await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);
        var joined = await rig.MembersAsync(other);
        Guid[] gone = [Blobs.Id(3), Blobs.Id(50), Blobs.Id(501)];
        await new StageStore(pipeline.Database.Source).RejectAsync(Stages.Hash, [.. gone.Select(id => new StageProblem(id, "truncated", null))]);

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, 8, null, activate: true));
        var later = await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);

        var members = await rig.MembersAsync(cut);
        Assert.Equal((true, Images - 2L, 24L), (cut.IsActive, cut.Images, cut.Arrived));
        Assert.Equal(joined.Keys.Except(gone).Order(), members.Keys.Order());
        Assert.All(members.Where(member => Number(member.Key) >= 510 && Number(member.Key) < 600), member => Assert.Equal(0, member.Value));
        Assert.Equal(10, cut.ArrivedUnassigned - members.Count(member => member.Value == 0 && !IsStranger(member.Key)));
        // Two of a hundred and twenty images less move no radius by much: whoever joined a cluster then joins its like now.
        Assert.All(members.Where(member => Number(member.Key) >= 500 && member.Value != 0), member => Assert.Contains(
            members, one => one.Value == member.Value && Number(one.Key) < Images && KindOf(one.Key) == KindOf(member.Key)));
        Assert.Equal((0L, 0L), later);
        Assert.Equal(cut.Images + cut.Arrived - cut.Unassigned - cut.ArrivedUnassigned, (await rig.ListAsync(cut)).Sum(cluster => cluster.Size));
    }

    [Fact]
    public async Task Without_images_that_went_it_has_as_many_clusters_as_asked_of_those_that_are_left()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var whole = await rig.RunAsync(Joined with { K = Kinds, Linkage = Linkage.Single });
        StageProblem[] gone = [.. Enumerable.Range(0, Images).Where(number => Kind(number) == 2).Select(number => new StageProblem(Blobs.Id(number), "truncated", null))];
        await new StageStore(pipeline.Database.Source).RejectAsync(Stages.Hash, gone);

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, Kinds - 1, null, activate: false));
        var tree = await rig.Get<ClusterCutter>().FindAsync(whole, TestContext.Current.CancellationToken);

        var members = await rig.MembersAsync(cut);
        Assert.Equal(Images - gone.Length, tree!.Images.Count);
        Assert.Equal((Images - gone.Length, Kinds - 1), (members.Count, cut.Clusters));
        Assert.All(members.GroupBy(member => member.Value), of => Assert.Single(of.Select(one => KindOf(one.Key)).Distinct()));
    }

    [Fact]
    public async Task Images_beyond_the_sample_that_was_joined_are_in_the_nearest_cluster_of_the_cut()
    {
        await Blobs.AddAsync(pipeline, Enumerable.Range(Images, 200), Kind);
        using var rig = new ClusterRig(pipeline.Database, new ClusterOptions { AgglomerativeImages = 100, MapImages = 60 });
        var whole = await rig.RunAsync(Joined with { K = 2 });
        var fresh = await rig.RunAsync(Joined with { K = Kinds });

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, Kinds, null, activate: false));

        Assert.Equal(100, (await rig.Get<ClusterTreeStore>().FindAsync(cut.RunId))!.Images.Count);
        Assert.Equal((Images + 200L, 0L), (cut.Images, cut.Unassigned));
        Assert.Equal(100, ClusterSettings.Parse(cut.ParametersJson).Sample);
        Assert.Equal(await RowsAsync(fresh), await RowsAsync(cut));
        Assert.Equal(60, (await RowsAsync(cut)).Count(row => !row.EndsWith(" - -", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task What_people_said_holds_for_a_cut_that_is_shown()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var whole = await rig.RunAsync(Joined with { K = Kinds });
        await rig.Get<ClusterEdits>().LabelAsync(whole.RunId, 1, "mine", "me");
        await rig.Get<ClusterEdits>().MergeAsync(whole.RunId, 2, 3, "me");
        var mine = (await rig.MembersAsync(whole)).Where(member => member.Value == 1).Select(member => member.Key).ToHashSet();

        var unshown = await rig.RunAsync(ClusterSettings.OfCut(whole, 12, null, activate: false));
        var shown = await rig.RunAsync(ClusterSettings.OfCut(whole, 12, null, activate: true));

        var clusters = await rig.ListAsync(shown);
        var members = await rig.MembersAsync(shown);
        var labelled = clusters.Where(cluster => cluster.Label == "mine").Select(cluster => cluster.Number).ToHashSet();
        Assert.All(await rig.ListAsync(unshown), cluster => Assert.True(cluster.Label is null && cluster.Parts.Count == 0));
        Assert.Equal(mine, members.Where(member => labelled.Contains(member.Value)).Select(member => member.Key).ToHashSet());
        Assert.Contains(clusters, cluster => cluster.Parts.Count > 0);
        Assert.Contains(shown.Carried, line => line.Contains("'mine'", StringComparison.Ordinal));
        // Whether a run is due goes by the last that looked at the whole collection.
        Assert.Equal(whole.RunId, (await rig.Get<ClusterRunStore>().FindLatestAsync(Blobs.Model))!.RunId);
    }

    [Fact]
    public async Task A_part_of_the_images_is_cut_without_the_others()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var part = await rig.RunAsync(Joined with { K = 2, Where = "uri like '%kind 1%' or uri like '%kind 2%'" });
        await Blobs.AddAsync(pipeline, Enumerable.Range(700, 8), Kind);

        var cut = await rig.RunAsync(ClusterSettings.OfCut(part, 5, null, activate: false));

        Assert.Equal((Images / 2L, 0L, 5, false), (cut.Images, cut.Arrived, cut.Clusters, cut.IsActive));
        Assert.Equal((await rig.MembersAsync(part)).Keys.Order(), (await rig.MembersAsync(cut)).Keys.Order());
    }

    [Fact]
    public async Task What_cannot_be_cut_is_said_and_changes_nothing()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var means = await rig.RunAsync(new ClusterSettings { Method = ClusterMethod.KMeans, K = Kinds });
        var whole = await rig.RunAsync(Joined with { K = Kinds });

        var none = await Assert.ThrowsAsync<DatabaseException>(() => rig.RunAsync(ClusterSettings.OfCut(means, 3, null, activate: true)));
        var many = await Assert.ThrowsAsync<DatabaseException>(() => rig.RunAsync(ClusterSettings.OfCut(whole, Images + 1, null, activate: true)));

        Assert.Contains($"Run {means.RunId} has no tree", none.Message, StringComparison.Ordinal);
        Assert.Contains($"into {Images + 1} clusters", many.Message, StringComparison.Ordinal);
        Assert.Null(await rig.Get<ClusterCutter>().FindAsync(means, TestContext.Current.CancellationToken));
        Assert.Equal(whole.RunId, (await rig.Get<ClusterRunStore>().FindActiveAsync(Blobs.Model))!.RunId);
        Assert.Equal([false, false, true, false], (await rig.Get<ClusterRunStore>().ListAsync(10)).Select(run => run.HasTree));
    }

    [Fact]
    public async Task Cuts_to_choose_from_are_measured_as_the_runs_that_they_would_be()
    {
        using var rig = new ClusterRig(pipeline.Database);
        var whole = await rig.RunAsync(Joined with { K = 29 });
        var tree = await rig.Get<ClusterCutter>().FindAsync(whole, TestContext.Current.CancellationToken);

        var cuts = await rig.Get<ClusterCutter>().MeasureAsync(whole, tree!, TestContext.Current.CancellationToken);

        Assert.InRange(cuts.Count, 6, 9);
        Assert.Contains(29, cuts.Select(one => one.Cut.Clusters));
        Assert.Equal(Kinds, cuts.MaxBy(one => one.Silhouette).Cut.Clusters);
        foreach (var (cut, silhouette) in cuts.Where(one => one.Cut.Clusters is 29 or Kinds))
        {
            var run = await rig.RunAsync(ClusterSettings.OfCut(whole, null, cut.Distance, activate: false));
            var quality = RunQuality.Parse(run.QualityJson)!;
            Assert.Equal((cut.Clusters, (long)cut.Largest), (run.Clusters, quality.Largest));
            Assert.Equal(quality.Silhouette!.Value, silhouette!.Value, 1e-3);
        }
    }

    static int Kind(int number) => number % Kinds;

    static int KindOf(Guid id) => Kind(Number(id));

    static bool IsStranger(Guid id) => Number(id) is >= 510 and < 600;

    static int Number(Guid id) => Numbers[id];

    static readonly Dictionary<Guid, int> Numbers = Enumerable.Range(0, 1000).ToDictionary(Blobs.Id);

    Task<List<string>> RowsAsync(ClusterRun run) => pipeline.RowsAsync(
        $"SELECT image_id, cluster_no, distance, x, y FROM cluster_member WHERE run_id = {run.RunId} ORDER BY image_id");
}
