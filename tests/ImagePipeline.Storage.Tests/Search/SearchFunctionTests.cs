using ImagePipeline.Core.Colour;
using ImagePipeline.Core.Vectors;
using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>The functions that people call in SQL, beside plain loops over the same rows.</summary>
public abstract class SearchFunctionTests(TestDatabase database) : SearchTests(database)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Similar_images_are_the_nearest_others_that_are_not_rejected(bool exact)
    {
        await SearchSample.FillAsync(Source, Images);
        var naive = Others(7).OrderBy(n => Distances.Cosine(SearchSample.Vector(7), SearchSample.Vector(n))).Take(12);

        var found = await IdsAsync("SELECT image_id FROM similar_images($1, 12, exact => $2)", Sample.Id(7), exact);

        Assert.Equal(naive.Select(Sample.Id), found);
    }

    [Fact]
    public async Task Similar_to_a_vector_keeps_within_its_distance_and_takes_any_registered_model()
    {
        await SearchSample.FillAsync(Source, Images, "searched_2");
        await SearchSample.FillAsync(Source, Images);
        var query = SearchSample.Vector(9);
        var naive = Enumerable.Range(0, Images - 1).Where(n => Distances.Cosine(query, SearchSample.Vector(n)) <= 0.6f)
            .OrderBy(n => Distances.Cosine(query, SearchSample.Vector(n))).Select(Sample.Id).ToArray();

        var byActive = await IdsAsync("SELECT image_id FROM similar_to($1, 1000, max_distance => 0.6)", query);
        var byOther = await IdsAsync("SELECT image_id FROM similar_to($1, 1000, 'searched_2', 0.6)", query);

        Assert.NotEmpty(naive);
        Assert.Equal(naive, byActive);
        Assert.Equal(naive, byOther);
    }

    [Fact]
    public async Task An_image_without_a_vector_has_nothing_similar_and_an_unknown_model_is_named_with_those_there_are()
    {
        await SearchSample.FillAsync(Source, Images);

        Assert.Empty(await IdsAsync("SELECT image_id FROM similar_images($1)", Guid.NewGuid()));
        var fault = await Assert.ThrowsAsync<PostgresException>(
            () => IdsAsync("SELECT image_id FROM similar_images($1, model => 'x\" ; drop table image; --')", Sample.Id(1)));
        Assert.Equal(PostgresErrorCodes.UndefinedObject, fault.SqlState);
        Assert.Contains(SearchSample.Model, fault.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_vector_of_another_length_is_refused_with_both_lengths()
    {
        await SearchSample.FillAsync(Source, Images);

        var fault = await Assert.ThrowsAsync<PostgresException>(() => IdsAsync("SELECT image_id FROM similar_to($1)", new float[3]));

        Assert.Contains("have 16 numbers, and 3", fault.MessageText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_are_taken_where_the_nearest_may_not_be_shown()
    {
        await SearchSample.FillAsync(Source, Images);
        Guid[] nearest = [.. (await IdsAsync("SELECT image_id FROM similar_images($1, 100)", Sample.Id(7))).Take(60)];
        await ExecuteAsync("UPDATE image SET rejected_reason = 'truncated' WHERE image_id = ANY ($1)", nearest);

        var found = await IdsAsync("SELECT image_id FROM similar_images($1, 5)", Sample.Id(7));

        Assert.Equal(5, found.Count);
        Assert.DoesNotContain(found, nearest.Contains);
    }

    [Fact]
    public async Task Near_duplicates_of_an_image_are_what_was_found_seen_from_it_and_what_people_decided()
    {
        await SearchSample.FillAsync(Source, Images);
        var store = new DuplicateStore(Source);
        await store.SetVerdictAsync(Sample.Id(0), Sample.Id(4), Verdict.NotACopy, "somebody");
        await store.SetVerdictAsync(Sample.Id(0), Sample.Id(9), Verdict.Copy, "somebody");

        var seen = await RowsAsync("SELECT image_id, kind, evidence, transform FROM near_duplicates_of($1)", Sample.Id(0));
        var from = await RowsAsync("SELECT image_id, kind, evidence, transform FROM near_duplicates_of($1)", Sample.Id(2));

        Assert.Equal(
            [
                $"{Sample.Id(1)} same_pixels pixels ", $"{Sample.Id(9)} edited_copy verdict ",
                $"{Sample.Id(2)} edited_copy pdq rotate_90", $"{Sample.Id(3)} similar embedding ",
            ],
            seen);
        Assert.Equal([$"{Sample.Id(0)} edited_copy pdq rotate_270"], from);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(40)]
    public async Task Copies_of_a_hash_are_all_within_the_radius_with_and_without_the_index(int radius)
    {
        await SearchSample.FillAsync(Source, Images);
        var hashes = Enumerable.Range(0, Images).Select(SearchSample.Hashes).ToArray();
        var found = 0;

        await MakeBandIndexAsync(false);
        foreach (var indexed in (bool[])[false, true])
        {
            await MakeBandIndexAsync(indexed);
            for (var query = 0; query < 30; query++)
            {
                var naive = Enumerable.Range(0, Images - 1)
                    .Where(n => hashes[n].PdqQuality >= 50 && hashes[n].Pdq.DistanceTo(hashes[query].Pdq) <= radius)
                    .Select(Sample.Id).Order().ToArray();
                var near = await IdsAsync("SELECT image_id FROM copies_of_hash($1, $2)", hashes[query].Pdq.ToString(), radius);
                found += near.Count;
                Assert.Equal(naive, near.Order());
            }
        }

        await MakeBandIndexAsync(false);
        // At radius 0 those 27 of 30 that are not flat find themselves, twice.
        Assert.True(found >= 2 * 27);
    }

    [Theory]
    [InlineData("#102030")]
    [InlineData("#ffffff")]
    [InlineData("7f7f7f")]
    [InlineData("#0000FF")]
    public async Task A_colour_in_oklab_is_that_of_the_core(string colour)
    {
        var rgb = Convert.FromHexString(colour.TrimStart('#'));
        var expected = Oklab.FromRgb(rgb[0], rgb[1], rgb[2]);

        var lab = await ScalarAsync<float[]>($"SELECT oklab('{colour}')");

        Assert.Equal(expected.L, lab[0], 1e-5);
        Assert.Equal(expected.A, lab[1], 1e-5);
        Assert.Equal(expected.B, lab[2], 1e-5);
    }

    [Fact]
    public async Task Images_by_colour_have_the_largest_shares_of_it()
    {
        await SearchSample.FillAsync(Source, Images);
        var naive = Enumerable.Range(0, Images - 1)
            .Select(n => (Id: Sample.Id(n), Share: SearchSample.Hashes(n).Colours.Zip(SearchSample.Hashes(n).Shares)
                .Where(static colour => colour.First == "#c01010").Sum(static colour => colour.Second)))
            .Where(static row => row.Share > 0).OrderByDescending(static row => row.Share).ThenBy(static row => row.Id).Take(20);

        var found = await IdsAsync("SELECT image_id FROM images_by_colour('#c11012', 20)");

        Assert.Equal(naive.Select(static row => row.Id), found);
        await Assert.ThrowsAsync<PostgresException>(() => IdsAsync("SELECT image_id FROM images_by_colour('reddish')"));
    }

    [Fact]
    public async Task The_oklab_of_palettes_stored_before_is_filled_in_by_the_migration_as_the_store_writes_it()
    {
        await SearchSample.FillAsync(Source, 20);

        var differing = await ScalarAsync<long>(
            """
            SELECT count(*) FROM image_palette p
            CROSS JOIN generate_subscripts(p.colours, 1) c
            CROSS JOIN generate_series(1, 3) l
            WHERE abs((oklab(p.colours[c]))[l] - p.oklab[3 * (c - 1) + l]) > 1e-5 OR cardinality(p.oklab) <> 3 * cardinality(p.colours)
            """);

        Assert.Equal(0, differing);
    }

    [Fact]
    public async Task What_the_store_finds_is_what_the_function_finds()
    {
        await SearchSample.FillAsync(Source, Images);
        var query = SearchSample.Vector(3);

        var stored = await new VectorStore(Source).NearestAsync(SearchSample.Model, query, 8, [Sample.Id(3)], exact: true);

        Assert.Equal(await IdsAsync("SELECT image_id FROM similar_images($1, 8)", Sample.Id(3)), stored.Select(near => near.ImageId));
    }

    static IEnumerable<int> Others(int number) => Enumerable.Range(0, Images - 1).Where(n => n != number);

    Task MakeBandIndexAsync(bool wanted) => ExecuteAsync(wanted
        ? "CREATE INDEX image_hash_by_band ON image_hash USING gin (pdq_bands(pdq)) WHERE pdq_quality >= 50"
        : "DROP INDEX IF EXISTS image_hash_by_band");
}

[Collection(nameof(OnPGlite))]
public sealed class SearchFunctionsOnPGlite(PGliteDatabase database) : SearchFunctionTests(database);

[Collection(nameof(OnPostgres))]
public sealed class SearchFunctionsOnPostgres(PostgresDatabase database) : SearchFunctionTests(database);
