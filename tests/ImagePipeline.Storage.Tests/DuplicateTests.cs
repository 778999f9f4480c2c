using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage.Tests;

public abstract class DuplicateTests(TestDatabase database) : StorageTests(database)
{
    readonly DuplicateStore _duplicates = new(database.Source);
    readonly GroupStore _groups = new(database.Source);

    [Fact]
    public async Task The_stronger_kind_wins_and_then_the_smaller_distance()
    {
        await RegisterAsync(2);

        await _duplicates.WriteEdgesAsync([Edge(0, 1, DuplicateKind.EditedCopy, 12)]);
        await _duplicates.WriteEdgesAsync([Edge(1, 0, DuplicateKind.Similar, 0.1f)]);
        Assert.Equal(12, (await EdgesAtAsync(0)).Single().Distance);

        await _duplicates.WriteEdgesAsync([Edge(1, 0, DuplicateKind.EditedCopy, 8), Edge(0, 1, DuplicateKind.EditedCopy, 10)]);
        Assert.Equal(8, (await EdgesAtAsync(0)).Single().Distance);

        await _duplicates.WriteEdgesAsync([Edge(0, 1, DuplicateKind.SamePixels, 0)]);
        await _duplicates.WriteEdgesAsync([Edge(0, 1, DuplicateKind.EditedCopy, 0)]);
        Assert.Equal(DuplicateKind.SamePixels, (await EdgesAtAsync(0)).Single().Kind);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_a_kind_the_evidence_of_hashes_wins_over_that_of_vectors_in_any_order(bool vectorsFirst)
    {
        await RegisterAsync(2);
        DuplicateEdge[] edges =
        [
            DuplicateEdge.Between(
                Sample.Id(0), Sample.Id(1), DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.Rotate90, 20),
            DuplicateEdge.Between(
                Sample.Id(0), Sample.Id(1), DuplicateKind.EditedCopy, Evidence.Embedding, DihedralTransform.None, 0.01f, "m"),
        ];

        foreach (var edge in vectorsFirst ? edges.Reverse() : edges)
        {
            await _duplicates.WriteEdgesAsync([edge]);
        }

        Assert.Equal(edges[0], (await EdgesAtAsync(0)).Single());
        await _duplicates.WriteEdgesAsync(edges);
        Assert.Equal(edges[0], (await EdgesAtAsync(0)).Single());
    }

    [Fact]
    public void A_pair_given_the_other_way_round_is_the_same_edge()
    {
        var edge = DuplicateEdge.Between(
            Sample.Id(0), Sample.Id(1), DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.Rotate90, 3);
        var turned = DuplicateEdge.Between(
            Sample.Id(1), Sample.Id(0), DuplicateKind.EditedCopy, Evidence.Pdq, DihedralTransform.Rotate270, 3);

        Assert.Equal(edge, turned);
        Assert.Equal("rotate_90", edge.TransformFrom(Sample.Id(0)));
        Assert.Equal("rotate_270", edge.TransformFrom(Sample.Id(1)));
    }

    [Fact]
    public async Task A_pair_out_of_order_is_refused()
    {
        var (low, high) = (Sample.Ordered(0, 1)[0], Sample.Ordered(0, 1)[1]);

        await Assert.ThrowsAsync<ArgumentException>(() => _duplicates.WriteEdgesAsync(
            [new DuplicateEdge(high, low, DuplicateKind.EditedCopy, Evidence.Pdq, null, 1)]));
    }

    [Fact]
    public async Task A_verdict_removes_and_adds_edges_and_sticks()
    {
        await RegisterAsync(4);
        await _duplicates.WriteEdgesAsync([Edge(0, 1), Edge(1, 2)]);

        await _duplicates.SetVerdictAsync(Sample.Id(1), Sample.Id(0), Verdict.NotACopy, "ann", "other day");
        await _duplicates.SetVerdictAsync(Sample.Id(2), Sample.Id(3), Verdict.Copy, "ann");
        await _duplicates.WriteEdgesAsync([Edge(0, 1, distance: 0)]);

        Assert.Equal([Evidence.Pdq], (await EdgesAtAsync(1)).Select(static edge => edge.Evidence));
        Assert.Equal([Evidence.Pdq, Evidence.Verdict], (await EdgesAtAsync(2)).Select(static edge => edge.Evidence).Order());
    }

    [Fact]
    public async Task Groups_are_counted_and_listed_by_kind_with_all_files()
    {
        await RegisterAsync(8);
        await new SourceStore(Source).RegisterAsync(
            [Sample.File(1, "file:///a/copy.jpg"), Sample.File(7, "file:///a/seven.jpg")], Guid.NewGuid());
        var pixels = new DuplicateMember(Sample.Id(1), DuplicateKind.SamePixels, Evidence.Pixels, "mirrored", 0);
        await ReplaceCopiesAsync(Ids(0, 1, 2, 3, 4),
            [
                new DuplicateGroup(Sample.Id(0), [Member(2, 9), pixels]),
                Group(3, 4),
            ]);
        await ReplaceSimilarAsync(
            [new GroupedImage(Sample.Id(5), Sample.Id(5), 2, 0), new GroupedImage(Sample.Id(6), Sample.Id(5), 2, 0.2f)]);

        var counts = await _groups.CountGroupsAsync();
        var all = await _groups.ListGroupsAsync(null, 10);
        var first = all.Single(static group => group.GroupId == Sample.Id(0));

        Assert.Equal(2, counts[DuplicateKind.SameBytes]);
        Assert.Equal((1, 2, 1), (counts[DuplicateKind.SamePixels], counts[DuplicateKind.EditedCopy], counts[DuplicateKind.Similar]));
        Assert.Equal(Sample.Ordered(0, 3, 7), all.Select(static group => group.GroupId));
        Assert.Equal(Ids(0, 1, 2), first.Images.Select(static image => image.ImageId));
        Assert.Equal((null, "mirrored", "pdq"), (first.Images[0].Kind, first.Images[1].Transform, first.Images[2].Evidence));
        Assert.Equal(["file:///a/copy.jpg", Sample.File(1).Uri], first.Images[1].Files.Select(static file => file.Uri));
        Assert.Equal(Sample.Ordered(1, 7), await ListIdsAsync(DuplicateKind.SameBytes));
        Assert.Equal(Ids(0), await ListIdsAsync(DuplicateKind.SamePixels));
        Assert.Equal(Ids(5), await ListIdsAsync(DuplicateKind.Similar));
    }

    [Fact]
    public async Task Groups_come_in_pages()
    {
        await RegisterAsync(10);
        await ReplaceCopiesAsync(Ids(0), [Group(0, 1), Group(2, 3), Group(4, 5), Group(6, 7), Group(8, 9)]);
        var pages = new List<Guid>();

        for (IReadOnlyList<GroupListing> page; (page = await _groups.ListGroupsAsync(
            null, 2, pages.Count == 0 ? null : pages[^1])).Count > 0;)
        {
            pages.AddRange(page.Select(static group => group.GroupId));
        }

        Assert.Equal(Sample.Ordered(0, 2, 4, 6, 8), pages);
    }

    [Fact]
    public async Task Grouping_the_same_again_changes_nothing()
    {
        await RegisterAsync(4);

        await ReplaceCopiesAsync(Ids(0, 1), [Group(0, 1)]);
        await ReplaceCopiesAsync(Ids(0, 1, 2), [Group(0, 1, 2)]);
        await ReplaceCopiesAsync(Ids(0, 1, 2), [Group(0, 1, 2)]);

        Assert.Equal(3L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_member"));
        Assert.Equal(3, await ScalarAsync<int>("SELECT size FROM duplicate_group"));
    }

    [Fact]
    public async Task The_view_has_one_row_per_file_and_one_representative_per_group()
    {
        await RegisterAsync(4);
        await new SourceStore(Source).RegisterAsync(
            [Sample.File(0, "file:///z"), Sample.File(1, "file:///z1"), Sample.File(3, "file:///z3")], Guid.NewGuid());
        await ReplaceCopiesAsync(Ids(0, 1), [Group(0, 1)]);

        Assert.Equal(6L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_file"));
        Assert.Equal(
            "edited_copy,same_bytes,same_bytes,same_bytes",
            await ScalarAsync<string>("SELECT string_agg(kind, ',' ORDER BY kind) FROM duplicate_file"));
        Assert.Equal(
            2L, await ScalarAsync<long>("SELECT count(DISTINCT group_id) FROM duplicate_file WHERE is_representative"));
        Assert.Equal(2L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_file WHERE is_representative"));
    }

    [Fact]
    public async Task Pixel_digests_are_kept()
    {
        await RegisterAsync(2);
        var digest = Sample.Image(5).Sha256;

        await _duplicates.SetPixelDigestAsync([(Sample.Id(0), digest)]);
        var digests = await _duplicates.GetPixelDigestsAsync(Ids(0, 1));

        Assert.Equal(digest, digests.Single().Value);
    }

    static Guid[] Ids(params int[] numbers) => [.. numbers.Select(Sample.Id)];

    static DuplicateEdge Edge(
        int x, int y, DuplicateKind kind = DuplicateKind.EditedCopy, float distance = 5) => DuplicateEdge.Between(
        Sample.Id(x), Sample.Id(y), kind,
        kind switch
        {
            DuplicateKind.SamePixels => Evidence.Pixels,
            DuplicateKind.EditedCopy => Evidence.Pdq,
            _ => Evidence.Embedding,
        },
        DihedralTransform.None, distance);

    static DuplicateMember Member(int number, float distance = 5) =>
        new(Sample.Id(number), DuplicateKind.EditedCopy, Evidence.Pdq, null, distance);

    static DuplicateGroup Group(int representative, params int[] others) =>
        new(Sample.Id(representative), [.. others.Select(static n => Member(n))]);

    /// <summary>The pairs of copies of an image, as verdicts leave them.</summary>
    async Task<IReadOnlyList<DuplicateEdge>> EdgesAtAsync(int number)
    {
        var edges = new List<DuplicateEdge>();
        await using var command = Source.CreateCommand(Queries.EdgesAt);
        command.With<Guid[]>([Sample.Id(number)])
            .With<string[]>([DuplicateKind.SamePixels.ToSql(), DuplicateKind.EditedCopy.ToSql()]);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            edges.Add(DuplicateStore.ReadEdge(reader));
        }

        return edges;
    }

    Task ReplaceCopiesAsync(IReadOnlyCollection<Guid> affected, IReadOnlyList<DuplicateGroup> groups) =>
        CopyGroups.WriteAsync(Source, groups, affected);

    async Task ReplaceSimilarAsync(IReadOnlyList<GroupedImage> images)
    {
        await using var connection = await Source.OpenConnectionAsync();
        await GroupWriter.ReplaceSimilarAsync(connection, images, 0, default);
    }

    async Task<IEnumerable<Guid>> ListIdsAsync(DuplicateKind kind) =>
        (await _groups.ListGroupsAsync(kind, 10)).Select(static group => group.GroupId);

    Task<IReadOnlySet<Guid>> RegisterAsync(int images) =>
        new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, images).Select(n => Sample.File(n))], Guid.NewGuid());
}

[Collection(nameof(OnPGlite))]
public sealed class DuplicatesOnPGlite(PGliteDatabase database) : DuplicateTests(database);

[Collection(nameof(OnPostgres))]
public sealed class DuplicatesOnPostgres(PostgresDatabase database) : DuplicateTests(database);
