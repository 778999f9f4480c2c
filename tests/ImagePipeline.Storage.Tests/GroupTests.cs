using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage.Tests;

/// <summary>Groups that follow from pairs, brought up to date by whoever finds them out of date.</summary>
public abstract class GroupTests(TestDatabase database) : StorageTests(database)
{
    readonly DuplicateStore _pairs = new(database.Source);
    readonly GroupStore _groups = new(database.Source);

    [Fact]
    public async Task Similar_pairs_are_read_alone_and_all_of_them()
    {
        await _pairs.WriteEdgesAsync([Edge(0, 1), Edge(1, 2), Edge(3, 4, DuplicateKind.EditedCopy)]);

        var pairs = await _pairs.ReadSimilarAsync().ToListAsync();

        Assert.Equal(
            new[] { Edge(0, 1), Edge(1, 2) }.Select(static edge => (edge.A, edge.B, 0.1f)).Order(),
            pairs.Select(static pair => (pair.A, pair.B, pair.Distance)).Order());
    }

    [Fact]
    public async Task Pairs_of_many_images_are_read_once_each()
    {
        var edges = Enumerable.Range(0, 400).Select(static n => Edge(n, n + 1)).ToArray();
        await _pairs.WriteEdgesAsync(edges);

        var pairs = await _pairs.ReadSimilarAsync().ToListAsync();

        Assert.Equal(
            edges.Select(static edge => (edge.A, edge.B)).Order(), pairs.Select(static pair => (pair.A, pair.B)).Order());
    }

    [Fact]
    public async Task Look_alikes_are_stored_as_stars_with_their_distances()
    {
        const int Stars = 3000; // more images than are written at once
        await RegisterAsync(2 * Stars);
        await _pairs.WriteEdgesAsync([.. Enumerable.Range(0, Stars).Select(static n => Edge(2 * n, (2 * n) + 1))]);

        await GroupAsync();

        Assert.Equal(Stars, await ScalarAsync<long>("SELECT count(*) FROM duplicate_group WHERE family = 'similar' AND size = 2"));
        Assert.Equal(Stars, await ScalarAsync<long>(
            """
            SELECT count(*) FROM duplicate_member m
            JOIN near_duplicate n ON n.a = least(m.image_id, m.group_id) AND n.b = greatest(m.image_id, m.group_id)
            WHERE m.family = 'similar' AND m.kind = 'similar' AND m.evidence = 'embedding' AND m.transform IS NULL
                AND m.distance = n.distance
            """));
        Assert.Equal(Stars, await ScalarAsync<long>(
            "SELECT count(*) FROM duplicate_member WHERE family = 'similar' AND image_id = group_id AND kind IS NULL AND distance = 0"));
    }

    [Fact]
    public async Task Pairs_mark_the_groups_of_look_alikes_and_grouping_clears_the_mark()
    {
        await RegisterAsync(4);
        await GroupAsync();
        Assert.False((await _groups.ReadSimilarStateAsync()).IsDirty);

        await _pairs.WriteEdgesAsync([Edge(0, 1)]);

        Assert.True((await _groups.ReadSimilarStateAsync()).IsDirty);
        Assert.True(await GroupAsync());
        Assert.False((await _groups.ReadSimilarStateAsync()).IsDirty);
        Assert.False(await GroupAsync());
        Assert.Equal(2L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_member WHERE family = 'similar'"));
    }

    [Fact]
    public async Task A_pair_that_comes_while_look_alikes_are_grouped_leaves_the_mark()
    {
        await RegisterAsync(4);
        await _pairs.WriteEdgesAsync([Edge(0, 1)]);

        await _groups.RegroupSimilarAsync(images =>
        {
            _pairs.WriteEdgesAsync([Edge(2, 3)]).GetAwaiter().GetResult();
            return images.Group();
        });

        Assert.True((await _groups.ReadSimilarStateAsync()).IsDirty);
        await GroupAsync();
        Assert.Equal(4L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_member WHERE family = 'similar'"));
    }

    [Fact]
    public async Task Grouping_look_alikes_replaces_all_of_them_and_leaves_copies_alone()
    {
        await RegisterAsync(6);
        await _pairs.WriteEdgesAsync([Edge(0, 1), Edge(4, 5, DuplicateKind.EditedCopy)]);
        await _groups.RegroupCopiesAsync([Sample.Id(4)]);
        await GroupAsync();
        await _pairs.WriteEdgesAsync([Edge(0, 1, DuplicateKind.EditedCopy), Edge(2, 3)]);

        await GroupAsync();

        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_group WHERE family = 'copy'"));
        Assert.Equal(
            Sample.Ordered(2, 3),
            await ScalarAsync<Guid[]>("SELECT array_agg(image_id ORDER BY image_id) FROM duplicate_member WHERE family = 'similar'"));
    }

    [Fact]
    public async Task Copies_are_grouped_from_what_the_database_holds_at_that_moment()
    {
        await RegisterAsync(3);
        await _pairs.WriteEdgesAsync([Edge(0, 1, DuplicateKind.EditedCopy)]);
        await _groups.RegroupCopiesAsync([Sample.Id(0)]);
        await _pairs.WriteEdgesAsync([Edge(0, 2, DuplicateKind.EditedCopy), Edge(1, 2, DuplicateKind.EditedCopy)]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _groups.RegroupCopiesAsync([Sample.Id(2)])));

        Assert.Equal(1L, await ScalarAsync<long>("SELECT count(*) FROM duplicate_group"));
        Assert.Equal(3, await ScalarAsync<int>("SELECT size FROM duplicate_group"));
    }

    [Fact]
    public async Task Copies_that_come_in_batches_are_grouped_as_all_at_once()
    {
        const int Images = 90;
        var random = new Random(5);
        await RegisterAsync(Images);
        DuplicateEdge[] edges = [.. Enumerable.Range(0, 3 * Images).Select(_ => (A: random.Next(Images), B: random.Next(Images)))
            .Where(static pair => pair.A != pair.B).DistinctBy(static pair => (Math.Min(pair.A, pair.B), Math.Max(pair.A, pair.B)))
            .Select(pair => DuplicateEdge.Between(
                Sample.Id(pair.A), Sample.Id(pair.B), random.Next(4) == 0 ? DuplicateKind.SamePixels : DuplicateKind.EditedCopy,
                Evidence.Pdq, (DihedralTransform)random.Next(8), random.Next(5)))];
        var arrived = new HashSet<Guid>();

        foreach (var arriving in Enumerable.Range(0, Images).Select(Sample.Id).Chunk(16))
        {
            arrived.UnionWith(arriving);
            await _pairs.WriteEdgesAsync([.. edges.Where(edge => arrived.Contains(edge.A) && arrived.Contains(edge.B)
                && (arriving.Contains(edge.A) || arriving.Contains(edge.B)))]);
            await _groups.RegroupCopiesAsync(arriving);
        }

        Assert.Equal(await ExpectedAsync(edges), await StoredAsync());
        var parted = edges.First(edge => edge.Kind == DuplicateKind.SamePixels);
        await _pairs.SetVerdictAsync(parted.A, parted.B, Verdict.NotACopy, "ann");
        await _groups.RegroupCopiesAsync([parted.A, parted.B]);
        Assert.Equal(await ExpectedAsync([.. edges.Where(edge => edge != parted)]), await StoredAsync());
    }

    [Fact]
    public async Task The_copies_of_a_rejected_image_are_grouped_without_it()
    {
        await RegisterAsync(3);
        await _pairs.WriteEdgesAsync([.. new[] { (0, 1), (0, 2), (1, 2) }.Select(static pair =>
            Edge(pair.Item1, pair.Item2, DuplicateKind.EditedCopy))]);
        await _groups.RegroupCopiesAsync([Sample.Id(0), Sample.Id(1)]);
        var head = await ScalarAsync<Guid>("SELECT group_id FROM duplicate_group");

        await using (var reject = Source.CreateCommand("UPDATE image SET rejected_reason = 'truncated' WHERE image_id = $1"))
        {
            await reject.With(head).ExecuteNonQueryAsync();
        }

        await _groups.RegroupCopiesAsync([head]);

        Assert.Equal(2, await ScalarAsync<int>("SELECT size FROM duplicate_group"));
        Assert.Equal(0L, await ScalarAsync<long>(
            "SELECT count(*) FROM duplicate_member m JOIN image i USING (image_id) WHERE i.rejected_reason IS NOT NULL"));
    }

    [Fact]
    public async Task Paused_queues_are_those_that_were_paused_last()
    {
        var control = new QueueControlStore(Source);

        await control.SetAsync(["hash", "embed"], true, "ann");
        await control.SetAsync(["embed"], false, "bob");

        Assert.Equal(["hash"], await control.ReadPausedAsync());
        await control.SetAsync(["hash"], false, "ann");
    }

    [Fact]
    public async Task Lost_work_is_found_once_in_a_while_and_a_few_times_at_most()
    {
        await RegisterAsync(3);
        var stages = new StageStore(Source);
        await stages.CompleteAsync(Stages.Hash, [Sample.Id(0)]);
        var now = new LostSearch(Stages.Hash, TimeSpan.Zero, 2);

        Assert.Empty(await stages.TakeLostAsync(now with { Age = TimeSpan.FromHours(1) }, null, 10));
        Assert.Equal(Sample.Ordered(1, 2), Ids(await stages.TakeLostAsync(now, null, 10)));
        Assert.Empty(await stages.TakeLostAsync(now with { Age = TimeSpan.FromHours(1) }, null, 10));
        Assert.Equal(Sample.Ordered(1, 2), Ids(await stages.TakeLostAsync(now, null, 10)));
        Assert.Empty(await stages.TakeLostAsync(now, null, 10));
        Assert.Equal([Sample.Id(0)], Ids(await stages.TakeLostAsync(
            new LostSearch(Stages.RelateHashes, TimeSpan.Zero, 2), null, 10)));
    }

    [Fact]
    public async Task After_a_failure_another_equal_file_is_named()
    {
        await new SourceStore(Source).RegisterAsync([Sample.File(0, "file:///a"), Sample.File(0, "file:///b")], Guid.NewGuid());
        var stages = new StageStore(Source);

        var first = (await stages.PendingAsync(Stages.Hash, null, 9)).Single().Uri;
        await stages.FailAsync(Stages.Hash, [new StageProblem(Sample.Id(0), "vanished", null)]);
        var second = (await stages.PendingAsync(Stages.Hash, null, 9)).Single().Uri;

        Assert.Equal(("file:///a", "file:///b"), (first, second));
        Assert.Equal("file:///b", (await new FileStore(Source).LocateAsync([Sample.Id(0)], nth: 1)).Single().Uri);
    }

    static IEnumerable<Guid> Ids(IReadOnlyList<ImageLocation> images) => images.Select(static image => image.ImageId);

    static DuplicateEdge Edge(int x, int y, DuplicateKind kind = DuplicateKind.Similar) => DuplicateEdge.Between(
        Sample.Id(x), Sample.Id(y), kind, Evidence.Embedding, DihedralTransform.None, 0.1f);

    /// <summary>Member, representative, kind and transform from it, of every copy.</summary>
    async Task<string[]> ExpectedAsync(DuplicateEdge[] edges)
    {
        var facts = await new FileStore(Source).OfImagesAsync([.. edges.SelectMany(static edge => new[] { edge.A, edge.B })]);
        var byPair = edges.ToDictionary(static edge => (edge.A, edge.B));
        var stars = StarGroups.Build(
            [.. facts.Values.Select(static image => new StarNode(image.ImageId, image.Keeping))],
            [.. edges.Select(static edge => new StarEdge(edge.A, edge.B, edge.Kind, edge.Distance))], KeeperRule.Default);
        return [.. stars.Groups.SelectMany(group => group.Members.Select(member =>
        {
            var edge = byPair.GetValueOrDefault((group.Representative, member.Id)) ?? byPair[(member.Id, group.Representative)];
            return $"{member.Id} {group.Representative} {edge.Kind.ToSql()} {edge.TransformFrom(group.Representative)} "
                + $"{edge.Distance} {group.Members.Count + 1}";
        })).Order(StringComparer.Ordinal)];
    }

    async Task<string[]> StoredAsync() => (await ScalarAsync<string[]>(
        """
        SELECT array_agg(concat_ws(' ', m.image_id, m.group_id, m.kind, coalesce(m.transform, ''), m.distance, g.size))
        FROM duplicate_member m JOIN duplicate_group g USING (family, group_id)
        WHERE m.family = 'copy' AND m.kind IS NOT NULL
        """)).Order(StringComparer.Ordinal).ToArray();

    Task<bool> GroupAsync() => _groups.RegroupSimilarAsync(static images => images.Group());

    Task<IReadOnlySet<Guid>> RegisterAsync(int images) =>
        new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, images).Select(n => Sample.File(n))], Guid.NewGuid());
}

[Collection(nameof(OnPGlite))]
public sealed class GroupsOnPGlite(PGliteDatabase database) : GroupTests(database);

[Collection(nameof(OnPostgres))]
public sealed class GroupsOnPostgres(PostgresDatabase database) : GroupTests(database);
