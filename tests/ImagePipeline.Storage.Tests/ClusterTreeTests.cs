using ImagePipeline.Core.Clustering;
using ImagePipeline.Core.Vectors;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Storage.Tests;

/// <summary>Trees of runs, and the images that are there when they are cut.</summary>
public abstract class ClusterTreeTests(TestDatabase database) : StorageTests(database)
{
    const string Model = "cut_1";

    readonly ClusterRunStore _runs = new(database.Source);
    readonly ClusterTreeStore _trees = new(database.Source);
    readonly ClusterImages _images = new(database.Source);

    [Theory]
    [InlineData(1, Linkage.Single)]
    [InlineData(5, Linkage.Ward)]
    [InlineData(60_000, Linkage.Average)]
    public async Task A_tree_is_read_as_it_was_written_and_the_run_says_that_it_has_one(int images, Linkage linkage)
    {
        var run = await BeginAsync();
        var tree = Chain(images, linkage);
        var before = (await _runs.FindAsync(run))!.HasTree;

        await _trees.WriteAsync(run, tree);

        var read = await _trees.FindAsync(run);
        Assert.Equal((linkage, images), (read!.Linkage, read.Merges.Leaves));
        Assert.Equal(tree.Images, read.Images);
        Assert.Equal(tree.Merges.Merges, read.Merges.Merges);
        Assert.Equal((false, true), (before, (await _runs.FindAsync(run))!.HasTree));
        Assert.Null(await _trees.FindAsync(run + 1));
    }

    [Fact]
    public async Task A_tree_of_groups_is_read_to_the_last_bit_and_stays_whole_when_images_go()
    {
        var run = await BeginAsync();
        var random = new Random(4);
        var centroids = new VectorMatrix(Enumerable.Range(0, 300 * 64).Select(_ => random.NextSingle() - 0.5f).ToArray(), 300, 64);
        var tree = Chain(300, Linkage.Average) with { Groups = new TreeGroups(centroids, [.. Enumerable.Range(1, 300)]) };

        await _trees.WriteAsync(run, tree);

        var read = (await _trees.FindAsync(run))!;
        Assert.Equal(centroids.Memory.ToArray(), read.Groups!.Centroids.Memory.ToArray());
        Assert.Equal((300, 64), (read.Groups.Centroids.Rows, read.Groups.Centroids.Dimensions));
        Assert.Equal(Enumerable.Range(1, 300), read.Groups.Sizes);
        Assert.Same(read, read.Only(new HashSet<Guid>()));
    }

    [Fact]
    public async Task A_tree_goes_with_its_run()
    {
        var (old, dead, last) = (await BeginAsync(), await BeginAsync(), await BeginAsync());
        foreach (var run in new[] { old, dead, last })
        {
            await _trees.WriteAsync(run, Chain(3, Linkage.Ward));
        }

        await _runs.AbandonAsync(dead, "its process died");
        await FinishAsync(old, activate: false);
        await FinishAsync(last, activate: true);
        var left = await _trees.FindAsync(old);
        await _runs.RemoveOldAsync(Model, keep: 1);

        Assert.NotNull(left);
        Assert.Null(await _trees.FindAsync(dead));
        Assert.Null(await _trees.FindAsync(old));
        Assert.NotNull(await _trees.FindAsync(last));
        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM cluster_dendrogram"));
    }

    [Fact]
    public async Task Images_are_those_of_the_run_and_those_that_came_since_and_not_those_that_went()
    {
        await new VectorStore(Source).RegisterModelAsync(new ModelRow(Model, "cut", "1", 4, "{}"));
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, 5).Select(number => Sample.File(number))], Guid.NewGuid());
        await new VectorStore(Source).WriteAsync(
            Model, [.. Enumerable.Range(0, 5).Select(Sample.Id)], [.. Enumerable.Range(0, 5).Select(number => Sample.Vector(number, 4))]);
        var run = await BeginAsync();
        await _runs.WriteMembersAsync(run, [new(Sample.Id(0), 1, 0, 0.25f, 0.75f), new(Sample.Id(1), null, null), new(Sample.Id(4), 1, 0)]);
        await new ClusterArrivals(Source).AddAsync(run, [new(Sample.Id(2), 1, 0)]);
        await new StageStore(Source).RejectAsync(Stages.Hash, [new(Sample.Id(4), "truncated", null)]);

        var seen = await _images.StreamAsync(Model, run).ToListAsync();
        var present = await _images.PresentAsync(Model, [Sample.Id(0), Sample.Id(4), Sample.Id(3), Sample.Id(77)]);

        Assert.Equal(Sample.Ordered(0, 1, 2, 3), seen.Select(image => image.ImageId));
        Assert.Equal(Sample.Ordered(0, 1), seen.Where(image => image.IsGrouped).Select(image => image.ImageId));
        Assert.Equal(new ImageOfRun(Sample.Id(0), true, 0.25f, 0.75f), Assert.Single(seen, image => image.X is not null));
        Assert.Equal(Sample.Ordered(0, 3), present.Order());
    }

    [Fact]
    public void Without_images_that_are_gone_a_tree_joins_those_that_are_left()
    {
        var tree = Chain(5, Linkage.Single);

        var left = tree.Only(new HashSet<Guid> { tree.Images[0], tree.Images[3], tree.Images[4], Guid.NewGuid() });

        Assert.Same(tree, tree.Only(tree.Images.ToHashSet()));
        Assert.Equal([tree.Images[0], tree.Images[3], tree.Images[4]], left.Images);
        Assert.Equal([new(0, 1, 3, 2), new Merge(2, 3, 4, 3)], left.Merges.Merges);
        Assert.Empty(tree.Only(new HashSet<Guid>()).Images);
    }

    /// <summary>Each image joined to all before it, at 1, 2, 3 ...</summary>
    static ClusterTree Chain(int images, Linkage linkage) => new(
        linkage, [.. Enumerable.Range(0, images).Select(Sample.Id).Order()], new Dendrogram(
            images, [.. Enumerable.Range(1, images - 1).Select(n => n == 1 ? new Merge(0, 1, 1, 2) : new Merge(n, images + n - 2, n, n + 1))]));

    async Task<int> BeginAsync()
    {
        var run = await _runs.RequestAsync(new ClusterRunRequest(Model, "auto", "{}", "a test"));
        Assert.True(await _runs.StartAsync(run, "test"));
        return run;
    }

    Task FinishAsync(int run, bool activate) =>
        _runs.FinishAsync(run, new ClusterOutcome("agglomerative", "{}", "{}", [], 5, 3, 1, 0), activate, []);
}

[Collection(nameof(OnPGlite))]
public sealed class ClusterTreesOnPGlite(PGliteDatabase database) : ClusterTreeTests(database);

[Collection(nameof(OnPostgres))]
public sealed class ClusterTreesOnPostgres(PostgresDatabase database) : ClusterTreeTests(database);

[Collection(nameof(AsWriter))]
public sealed class ClusterTreesAsWriter(RoleDatabase database) : ClusterTreeTests(database);
