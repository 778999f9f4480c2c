using ImagePipeline.Core.Duplicates;
using ImagePipeline.Core.Vectors;
using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>search_images, filter by filter, beside the same filter in a loop.</summary>
public abstract class FilteredSearchTests(TestDatabase database) : SearchTests(database)
{
    const string Taken = "2024-05-18 10:30";

    static readonly Dictionary<string, Func<int, bool>> Filters = new()
    {
        [""] = static _ => true,
        ["formats => '{png,webp}'"] = static n => SearchSample.Image(n).Format != "jpeg",
        ["min_width => 150, max_width => 200"] = static n => SearchSample.Image(n).WidthPx is >= 150 and <= 200,
        ["min_height => 90, max_height => 100"] = static n => SearchSample.Image(n).HeightPx is >= 90 and <= 100,
        ["min_bytes => 1500, max_bytes => 2000"] = static n => SearchSample.Image(n).Bytes is >= 1500 and <= 2000,
        [$"taken_from => '{Taken}', taken_to => '2024-05-20'"] = static n =>
            SearchSample.Image(n).TakenAt is { } taken && taken >= new DateTime(2024, 5, 18, 10, 30, 0) && taken < new DateTime(2024, 5, 20),
        ["folder => 'file:///photos/3/'"] = static n => n % 4 == 3,
        ["name => 'PIC_000'"] = static n => n < 10,
        ["name => 'pic%'"] = static _ => false,
        ["colour => '#10a030'"] = static n => SearchSample.Hashes(n).Colours.Zip(SearchSample.Hashes(n).Shares)
            .Any(static colour => colour.First == "#10a030" && colour.Second >= 0.1f),
        ["tag => 'tenth'"] = static n => n % 10 == 0,
        ["tag => 'Tenth'"] = static _ => false,
        ["formats => '{png}', tag => 'tenth', folder => 'file:///photos/2/'"] = static n =>
            SearchSample.Image(n).Format == "png" && n % 20 == 10,
        ["formats => '{png}', folder => 'file:///photos/1/', min_width => 120"] = static n =>
            SearchSample.Image(n).Format == "png" && n % 4 == 1 && SearchSample.Image(n).WidthPx >= 120,
    };

    public static TheoryData<string> Names { get; } = [.. Filters.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_nearest_that_pass_are_found(string filter)
    {
        await SearchSample.FillAsync(Source, Images);
        var passing = Enumerable.Range(0, Images - 1).Where(n => n != 5 && Filters[filter](n)).ToArray();
        var naive = passing.OrderBy(n => Distances.Cosine(SearchSample.Vector(5), SearchSample.Vector(n))).Take(7);

        var found = await IdsAsync($"SELECT image_id FROM search_images(near => $1, k => 7{And(filter)})", Sample.Id(5));
        var listed = await IdsAsync($"SELECT image_id FROM search_images(k => 1000{And(filter)})");

        Assert.Equal(naive.Select(Sample.Id), found);
        Assert.Equal(passing.Concat(Filters[filter](5) ? [5] : []).Select(Sample.Id).Order(), listed.Order());
    }

    [Fact]
    public async Task Without_a_query_the_newest_pictures_come_first_with_their_facts()
    {
        await SearchSample.FillAsync(Source, Images);

        var rows = await RowsAsync("SELECT uri, format, width_px, distance IS NULL FROM search_images(k => 2)");

        // The last is rejected, and 238 has no date.
        Assert.Equal([$"{SearchSample.Uri(237)} jpeg 337 True", $"{SearchSample.Uri(236)} webp 336 True"], rows);
    }

    [Fact]
    public async Task Members_of_groups_are_hidden_by_kind_and_representatives_are_not()
    {
        await SearchSample.FillAsync(Source, Images);
        await CopyGroups.WriteAsync(Source, [new DuplicateGroup(
            Sample.Id(0),
            [
                new(Sample.Id(1), DuplicateKind.SamePixels, Evidence.Pixels, null, 0),
                new(Sample.Id(2), DuplicateKind.EditedCopy, Evidence.Pdq, null, 9),
            ])]);

        var all = await IdsAsync("SELECT image_id FROM search_images(k => 1000)");
        var without = await IdsAsync("SELECT image_id FROM search_images(k => 1000, hide => '{same_pixels,edited_copy}')");

        Assert.Equal([Sample.Id(1), Sample.Id(2)], all.Except(without).OrderBy(id => id == Sample.Id(2)));
        await Assert.ThrowsAsync<PostgresException>(() => IdsAsync("SELECT image_id FROM search_images(hide => '{copies}')"));
    }

    [Theory]
    [InlineData("similar_images((SELECT image_id FROM image LIMIT 1), NULL)")]
    [InlineData("similar_to((SELECT embedding::real[] FROM embedding_searched_1 LIMIT 1), k => NULL)")]
    [InlineData("nearest_vectors((SELECT embedding::real[] FROM embedding_searched_1 LIMIT 1), 3, exclude => NULL)")]
    public async Task A_search_for_a_number_that_is_null_is_refused_and_ends(string call)
    {
        await SearchSample.FillAsync(Source, 40);

        var fault = await Assert.ThrowsAsync<PostgresException>(() => IdsAsync($"SELECT image_id FROM {call}"));

        Assert.Equal(PostgresErrorCodes.NullValueNotAllowed, fault.SqlState);
    }

    [Theory]
    [InlineData("similar_to_by_code((SELECT embedding::real[] FROM embedding_searched_1 LIMIT 1), k => NULL)")]
    [InlineData("search_images(k => NULL)")]
    [InlineData("images_by_colour('#ffffff', NULL)")]
    [InlineData("copies_of_hash((SELECT pdq FROM image_hash LIMIT 1), NULL)")]
    public async Task Other_questions_with_null_end(string call)
    {
        await SearchSample.FillAsync(Source, 40);

        var fault = await Record.ExceptionAsync(() => IdsAsync($"SELECT image_id FROM {call}"));

        Assert.True(fault is null or PostgresException);
    }

    [Fact]
    public async Task What_callers_write_is_never_part_of_a_statement()
    {
        await SearchSample.FillAsync(Source, Images);
        const string Nasty = "x' OR true; DROP TABLE image; --";

        Assert.Empty(await IdsAsync("SELECT image_id FROM search_images(folder => $1)", Nasty));
        Assert.Empty(await IdsAsync("SELECT image_id FROM search_images(name => $1)", Nasty));
        Assert.Empty(await IdsAsync("SELECT image_id FROM search_images(tag => $1)", Nasty));
        Assert.Empty(await IdsAsync("SELECT image_id FROM search_images(formats => $1)", (object)new[] { Nasty }));
        await Assert.ThrowsAsync<PostgresException>(() => IdsAsync("SELECT image_id FROM search_images(near => $1, model => $2)", Sample.Id(1), Nasty));
        Assert.Equal(Images, await ScalarAsync<long>("SELECT count(*) FROM image"));
    }

    static string And(string filter) => filter.Length == 0 ? "" : ", " + filter;
}

[Collection(nameof(OnPGlite))]
public sealed class FilteredSearchOnPGlite(PGliteDatabase database) : FilteredSearchTests(database);

[Collection(nameof(OnPostgres))]
public sealed class FilteredSearchOnPostgres(PostgresDatabase database) : FilteredSearchTests(database);
