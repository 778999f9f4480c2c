using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Core.Clustering;
using ImagePipeline.Services.Tests.Pipeline;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Services.Tests.Clusters;

/// <summary>Runs of two levels: groups by k-means, a tree of them that can be cut elsewhere, all images in the group that is nearest.</summary>
[Collection(nameof(OnPipeline))]
public sealed class TwoLevelTests(PipelineFixture pipeline) : IAsyncLifetime
{
    const int Images = 320;
    const int Kinds = 4;

    /// <summary>So that a third of the images is seen, and the others join as they are read.</summary>
    static readonly ClusterOptions Limits = new() { SampleImages = 120, AgglomerativeImages = 100, MapImages = 60 };

    static readonly ClusterSettings Levels = new() { Method = ClusterMethod.TwoLevel };

    public async ValueTask InitializeAsync()
    {
        await Blobs.PrepareAsync(pipeline);
        await Blobs.AddAsync(pipeline, Enumerable.Range(0, Images), Kind);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Images_that_are_alike_are_together_and_their_number_is_chosen()
    {
        using var rig = new ClusterRig(pipeline.Database, Limits);

        var run = await rig.RunAsync(Levels);

        var settings = ClusterSettings.Parse(run.ParametersJson);
        var tree = (await rig.Get<ClusterTreeStore>().FindAsync(run.RunId))!;
        Assert.Equal((ClusterRunState.Done, true, (long)Images, 0L, Kinds), (run.State, run.IsActive, run.Images, run.Unassigned, run.Clusters));
        Assert.Equal(("two-level", Linkage.Ward, 120, 30), (run.Method, settings.Linkage!.Value, settings.Sample!.Value, settings.Groups!.Value));
        Assert.Equal((30, Images), (tree.Images.Count, tree.Groups!.Sizes.Sum()));
        Assert.Contains("\"method\":\"two-level\"", run.ParametersJson.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.All((await rig.MembersAsync(run)).GroupBy(member => member.Value), of => Assert.Single(of.Select(one => KindOf(one.Key)).Distinct()));
        Assert.All(tree.Images, image => Assert.Contains(image, Numbers.Keys));
    }

    [Theory]
    [InlineData(Linkage.Ward, 11, null)]
    [InlineData(Linkage.Ward, null, 0.05)]
    [InlineData(Linkage.Average, null, 0.012)]
    [InlineData(Linkage.Complete, 30, null)]
    public async Task A_cut_is_what_a_run_of_its_own_at_that_level_is(Linkage linkage, int? k, double? distance)
    {
        using var rig = new ClusterRig(pipeline.Database, Limits);
        var whole = await rig.RunAsync(Levels with { Linkage = linkage, K = Kinds });
        var fresh = await rig.RunAsync(Levels with { Linkage = linkage, K = k, Distance = distance });

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, k, distance, activate: false));
        var again = await rig.RunAsync(ClusterSettings.OfCut(cut, Kinds, null, activate: false));

        Assert.Equal((ClusterRunState.Done, false, fresh.Clusters, (long)Images), (cut.State, cut.IsActive, cut.Clusters, cut.Images));
        Assert.Equal(await RowsAsync(fresh), await RowsAsync(cut));
        Assert.Equal(fresh.QualityJson, cut.QualityJson);
        Assert.Equal(await RowsAsync(whole), await RowsAsync(again));
        Assert.Equal(("two-level", true), (cut.Method, cut.HasTree));
    }

    [Fact]
    public async Task Of_images_that_went_nothing_is_left_in_a_cut_and_those_that_came_join_it()
    {
        using var rig = new ClusterRig(pipeline.Database, Limits);
        var whole = await rig.RunAsync(Levels with { K = Kinds });
        StageProblem[] gone = [.. Enumerable.Range(0, Images).Where(number => Kind(number) == 2).Select(number => new StageProblem(Blobs.Id(number), "truncated", null))];
        await new StageStore(pipeline.Database.Source).RejectAsync(Stages.Hash, gone);
        await Blobs.AddAsync(pipeline, Enumerable.Range(600, 8), number => number % 2);
        await rig.Get<ClusterUpkeep>().CatchUpAsync(TestContext.Current.CancellationToken);

        var cut = await rig.RunAsync(ClusterSettings.OfCut(whole, 9, null, activate: true));

        var members = await rig.MembersAsync(cut);
        Assert.Equal((Images - gone.Length, 9, 8L), ((int)cut.Images, cut.Clusters, cut.Arrived));
        Assert.Equal(Images - gone.Length + 8, members.Count);
        Assert.True((await rig.Get<ClusterTreeStore>().FindAsync(cut.RunId))!.Images.Count < 30);
        Assert.All(members.Where(member => member.Value > 0).GroupBy(member => member.Value),
            of => Assert.Single(of.Select(one => KindOf(one.Key)).Distinct()));
    }

    [Fact]
    public async Task Cuts_to_choose_from_say_how_many_images_the_largest_cluster_has()
    {
        using var rig = new ClusterRig(pipeline.Database, Limits);
        var whole = await rig.RunAsync(Levels with { K = 7 });
        var tree = await rig.Get<ClusterCutter>().FindAsync(whole, TestContext.Current.CancellationToken);

        var cuts = await rig.Get<ClusterCutter>().MeasureAsync(whole, tree!, TestContext.Current.CancellationToken);

        Assert.Contains(7, cuts.Select(one => one.Cut.Clusters));
        Assert.Equal(Kinds, cuts.MaxBy(one => one.Silhouette).Cut.Clusters);
        foreach (var (cut, _) in cuts.Where(one => one.Cut.Clusters is 7 or Kinds))
        {
            var run = await rig.RunAsync(ClusterSettings.OfCut(whole, cut.Clusters, null, activate: false));
            Assert.Equal(cut.Largest, RunQuality.Parse(run.QualityJson)!.Largest);
        }
    }

    [Fact]
    public async Task More_clusters_than_groups_are_refused_of_a_cut_and_make_more_groups_in_a_run()
    {
        using var rig = new ClusterRig(pipeline.Database, Limits);
        var whole = await rig.RunAsync(Levels with { K = Kinds });

        var many = await Assert.ThrowsAsync<DatabaseException>(() => rig.RunAsync(ClusterSettings.OfCut(whole, 31, null, activate: true)));
        var finer = await rig.RunAsync(Levels with { K = 60 });

        Assert.Contains("cannot be cut into 31 clusters", many.Message, StringComparison.Ordinal);
        Assert.Equal((60, 60), (finer.Clusters, ClusterSettings.Parse(finer.ParametersJson).Groups!.Value));
    }

    static int Kind(int number) => number % Kinds;

    static int KindOf(Guid id) => Numbers[id] < Images ? Kind(Numbers[id]) : Numbers[id] % 2;

    static readonly Dictionary<Guid, int> Numbers = Enumerable.Range(0, 1000).ToDictionary(Blobs.Id);

    Task<List<string>> RowsAsync(ClusterRun run) => pipeline.RowsAsync(
        $"SELECT image_id, cluster_no, distance, x, y FROM cluster_member WHERE run_id = {run.RunId} ORDER BY image_id");
}
