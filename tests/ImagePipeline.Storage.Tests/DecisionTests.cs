using ImagePipeline.Storage.Tags;
using Npgsql;

namespace ImagePipeline.Storage.Tests;

public abstract class DecisionTests(TestDatabase database) : StorageTests(database)
{
    readonly DecisionStore _decisions = new(database.Source);
    readonly VerdictStore _verdicts = new(database.Source);
    readonly FilteredImages _filtered = new(database.Source);

    [Fact]
    public async Task The_last_decision_about_a_file_holds_and_an_order_is_undone_as_a_whole()
    {
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await _decisions.WriteAsync([Decide(0, true), Decide(1, false), Decide(2, false)], first, "ann");
        await _decisions.WriteAsync([Decide(1, true)], second, "bob");

        var held = await _decisions.OfFilesAsync([Uri(0), Uri(1), Uri(9)]);

        Assert.Equal([Decide(0, true), Decide(1, true)], held.OrderBy(one => one.Key).Select(one => one.Value));
        Assert.Equal((2, 0), await _decisions.UndoAsync(first));
        Assert.Equal(Decide(1, true), Assert.Single(await _decisions.StreamAsync().ToListAsync()));
        await _decisions.ForgetAsync([Uri(1)]);
        Assert.Empty(await _decisions.StreamAsync().ToListAsync());
    }

    [Fact]
    public async Task A_long_list_comes_in_order_and_a_slow_reader_of_it_holds_no_connection()
    {
        await _decisions.WriteAsync([.. Enumerable.Range(0, 9000).Select(number => Decide(number, number % 3 == 0))], Guid.NewGuid(), "ann");
        await using var narrow = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(Source.ConnectionString) { MaxPoolSize = 1, Timeout = 5 });
        var list = new List<FileDecision>();

        await foreach (var decision in new DecisionStore(narrow).StreamAsync(TestContext.Current.CancellationToken))
        {
            if (list.Count % 4500 == 0)
            {
                await using var other = narrow.CreateCommand("SELECT 1");
                Assert.Equal(1, await other.ExecuteScalarAsync(TestContext.Current.CancellationToken));
            }

            list.Add(decision);
        }

        Assert.Equal(9000, list.Count);
        Assert.Equal(list.OrderBy(one => one.GroupId).ThenBy(one => one.IsKept ? 0 : 1).ThenBy(one => one.Uri, StringComparer.Ordinal), list);
    }

    [Fact]
    public async Task Verdicts_are_written_read_and_taken_back_whichever_image_comes_first()
    {
        var (one, other) = (Sample.Id(0), Sample.Id(1));

        await _verdicts.WriteAsync([new(one, other, Verdict.NotACopy), new(other, Sample.Id(2), Verdict.Copy)], "ann", "why");
        var held = await _verdicts.OfAsync([new(other, one, null), new(Sample.Id(2), other, null), new(one, Sample.Id(3), null)]);
        await _verdicts.WriteAsync([new(other, one, null), new(Sample.Id(2), other, Verdict.NotACopy)], "ann", null);

        Assert.Equal([Verdict.NotACopy, Verdict.Copy, null], held.Select(pair => pair.Verdict));
        Assert.Equal(
            [null, Verdict.NotACopy],
            (await _verdicts.OfAsync([new(one, other, null), new(other, Sample.Id(2), null)])).Select(pair => pair.Verdict));
    }

    [Fact]
    public async Task A_filter_wants_what_each_of_its_parts_wants()
    {
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, 20).Select(number => Sample.File(number))], Guid.NewGuid());
        await new HashStore(Source).WriteAsync("a", [.. Enumerable.Range(0, 10).Select(Sample.Hashes)]);

        Assert.Equal(20, await CountAsync(new()));
        Assert.Equal(5, await CountAsync(new() { MinWidthPx = 655 }));
        Assert.Equal(0, await CountAsync(new() { MinHeightPx = 481 }));
        Assert.Equal(3, await CountAsync(new() { MinBytes = 1002, MaxBytes = 1004 }));
        Assert.Equal(20, await CountAsync(new() { Formats = ["jpeg", "png"] }));
        Assert.Equal(0, await CountAsync(new() { Formats = ["png"] }));
        Assert.Equal(20, await CountAsync(new() { TakenAfter = Sample.Then.DateTime }));
        Assert.Equal(0, await CountAsync(new() { TakenBefore = Sample.Then.DateTime }));
        Assert.Equal(10, await CountAsync(new() { Path = "PHOTOS/00000" }));
        Assert.Equal(1, await CountAsync(new() { Folder = "file:///photos/000007" }));
        Assert.Equal(10, await CountAsync(new() { Colour = "#0f2131" }));
        Assert.Equal(0, await CountAsync(new() { Colour = "#ff0000" }));
        await new TagStore(Source).AddAsync("beach", Sample.Ordered(1, 2, 3), "ann");
        Assert.Equal(3, await CountAsync(new() { Tag = "beach" }));
        Assert.Equal(2, await CountAsync(new() { Tag = "beach", MinBytes = 1002 }));
    }

    [Fact]
    public async Task As_many_neighbours_come_back_as_the_filter_leaves()
    {
        const int Dimensions = 8;
        var vectors = new VectorStore(Source);
        await vectors.RegisterModelAsync(new ModelRow("filtered_1", "filtered", "1", Dimensions, "{}"));
        await new SourceStore(Source).RegisterAsync([.. Enumerable.Range(0, 40).Select(number => Sample.File(number))], Guid.NewGuid());
        await vectors.WriteAsync(
            "filtered_1", [.. Enumerable.Range(0, 40).Select(Sample.Id)],
            [.. Enumerable.Range(0, 40).Select(number => Sample.Vector(number, Dimensions))]);
        var query = Sample.Vector(0, Dimensions);

        var all = await vectors.NearestAsync("filtered_1", query, 40);
        var wide = (await _filtered.NearestAsync("filtered_1", query, new() { MinWidthPx = 677 }, 10, Sample.Id(39), null)).ToArray();
        var near = await _filtered.NearestAsync("filtered_1", query, new() { MinWidthPx = 660 }, 10, null, all[9].Distance);

        Assert.Equal(Sample.Ordered(37, 38), wide.Select(one => one.ImageId).Order());
        Assert.Equal(all.Where(one => wide.Contains(one)), wide);
        Assert.All(near, one => Assert.InRange(one.Distance, 0, all[9].Distance));
    }

    async Task<int> CountAsync(ImageFilter filter) => (await _filtered.PageAsync(filter, null, 100)).Count;

    static string Uri(int number) => $"file:///photos/{number}.jpg";

    static FileDecision Decide(int number, bool isKept) => new(Uri(number), Sample.Id(number), Sample.Id(0), isKept, "a reason");
}

[Collection(nameof(OnPGlite))]
public sealed class DecisionTestsOnPGlite(PGliteDatabase database) : DecisionTests(database);

[Collection(nameof(OnPostgres))]
public sealed class DecisionTestsOnPostgres(PostgresDatabase database) : DecisionTests(database);
