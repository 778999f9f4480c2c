using ImagePipeline.Core.Codes;
using ImagePipeline.Storage.Codes;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>Compact codes in the database, and search in two stages.</summary>
public abstract class CodeTests(TestDatabase database) : SearchTests(database)
{
    const int Bits = 12;

    readonly CodeStore _codes = new(database.Source);

    [Fact]
    public async Task Codes_are_those_of_the_core_and_there_is_one_for_each_vector()
    {
        var book = await TrainAsync();

        var stored = await RowsAsync($"SELECT image_id, code::text FROM code_{SearchSample.Model} ORDER BY image_id");
        var inSql = await RowsAsync(
            $"SELECT image_id, code_of(embedding::real[], '{SearchSample.Model}')::text FROM embedding_{SearchSample.Model} ORDER BY image_id");
        var own = Enumerable.Range(0, Images).OrderBy(Sample.Id).Select(n => $"{Sample.Id(n)} {Text(book, SearchSample.Vector(n))}");

        // Where a vector lies on a plane to the last digit of a float, a bit may differ.
        Assert.Equal(Images, stored.Count);
        Assert.Equal(own, stored);
        Assert.True(stored.Zip(inSql).Count(static pair => pair.First == pair.Second) >= Images - 2);
        Assert.Equal((SearchSample.Model, Bits, Images), (await _codes.ListAsync()).Select(row => (row.ModelId, row.Bits, row.TrainedOn)).Single());
    }

    [Fact]
    public async Task Two_stages_with_a_pool_of_all_are_exact_and_a_small_pool_is_compared_by_vector()
    {
        await TrainAsync();

        var exact = await RowsAsync("SELECT image_id, distance FROM similar_images($1, 9)", Sample.Id(7));
        var all = await RowsAsync("SELECT image_id, distance FROM similar_images_by_code($1, 9, pool => 1000)", Sample.Id(7));
        var few = await RowsAsync("SELECT image_id, distance FROM similar_images_by_code($1, 9, pool => 60)", Sample.Id(7));
        var narrow = await RowsAsync("SELECT image_id, distance FROM similar_to_by_code($1, 30, pool => 1)", SearchSample.Vector(7));

        Assert.Equal(exact, all);
        Assert.True(few.Intersect(exact).Count() >= 4, "of the pool's nearest few are among the nearest");
        Assert.InRange(narrow.Count, 29, 30);
    }

    [Fact]
    public async Task Vectors_written_later_are_found_before_and_after_they_have_a_code()
    {
        await TrainAsync();
        await new SourceStore(Source).RegisterAsync([Sample.File(5_000)], Guid.NewGuid());
        await new VectorStore(Source).WriteAsync(SearchSample.Model, [Sample.Id(5_000)], [SearchSample.Vector(7)]);

        var before = await IdsAsync("SELECT image_id FROM similar_images_by_code($1, 1, pool => 1)", Sample.Id(7));
        var coded = await _codes.UpdateAsync(SearchSample.Model);
        var after = await IdsAsync("SELECT image_id FROM similar_images_by_code($1, 1, pool => 20)", Sample.Id(7));

        Assert.Equal([Sample.Id(5_000)], before);
        Assert.Equal([Sample.Id(5_000)], after);
        Assert.InRange(coded, 1, Images + 1);
        Assert.Equal(Images + 1L, await ScalarAsync<long>($"SELECT count(*) FROM code_{SearchSample.Model}"));
        await ExecuteAsync($"DELETE FROM embedding_{SearchSample.Model} WHERE image_id = $1", Sample.Id(5_000));
    }

    [Fact]
    public async Task Learning_again_puts_codes_of_other_length_in_their_place_and_dropping_removes_them()
    {
        await TrainAsync();
        await TrainAsync(8);

        var length = await ScalarAsync<int>($"SELECT max(length(code)) FROM code_{SearchSample.Model}");
        await _codes.DropAsync(SearchSample.Model);

        Assert.Equal(8, length);
        Assert.Empty(await _codes.ListAsync());
        await Assert.ThrowsAsync<DatabaseException>(() => _codes.DropAsync(SearchSample.Model));
        await Assert.ThrowsAsync<DatabaseException>(() => _codes.UpdateAsync(SearchSample.Model));
        var fault = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => IdsAsync("SELECT image_id FROM similar_images_by_code($1)", Sample.Id(1)));
        Assert.Contains("codes train", fault.Hint, StringComparison.Ordinal);
    }

    async Task<CodeBook> TrainAsync(int bits = Bits)
    {
        await SearchSample.FillAsync(Source, Images);
        var sample = await _codes.SampleAsync(SearchSample.Model, 10_000);
        Assert.Equal(Images, sample.Count);
        var book = CodeTraining.Train([.. sample.SelectMany(static vector => vector)], SearchSample.Dimensions, bits, seed: 1).Book;
        Assert.Equal(Images, await _codes.ReplaceAsync(SearchSample.Model, book, sample.Count, seed: 1));
        return book;
    }

    static string Text(CodeBook book, float[] vector)
    {
        var code = new ulong[book.Words];
        book.Encode(vector, code);
        return $"{code[0]:b64}"[..book.Bits];
    }
}

[Collection(nameof(OnPGlite))]
public sealed class CodesOnPGlite(PGliteDatabase database) : CodeTests(database);

[Collection(nameof(OnPostgres))]
public sealed class CodesOnPostgres(PostgresDatabase database) : CodeTests(database);

[Collection(nameof(AsWriter))]
public sealed class CodesAsWriter(RoleDatabase database) : CodeTests(database)
{
    [Theory]
    [InlineData("SELECT count(*) FROM similar_images('0a1b2c3d-0000-0000-0000-000000000000')")]
    [InlineData("SELECT count(*) FROM similar_images_by_code('0a1b2c3d-0000-0000-0000-000000000000')")]
    [InlineData("SELECT count(*) FROM near_duplicates_of('0a1b2c3d-0000-0000-0000-000000000000')")]
    [InlineData("SELECT count(*) FROM copies_of_hash(repeat('0', 64))")]
    [InlineData("SELECT count(*) FROM images_by_colour('#ff0000')")]
    [InlineData("SELECT count(*) FROM search_images()")]
    public async Task The_reader_may_ask(string sql)
    {
        await SearchSample.FillAsync(Source, 3);
        await using var command = database.Reader.CreateCommand(sql);

        Assert.True(await command.ExecuteScalarAsync() is 0L or 2L);
    }

    [Theory]
    [InlineData("SELECT make_code_table('searched_1', 8)")]
    [InlineData("SELECT publish_code_table('searched_1')")]
    [InlineData("SELECT drop_code_table('searched_1')")]
    public async Task The_reader_may_not_make_or_drop_codes(string sql)
    {
        await using var command = database.Reader.CreateCommand(sql);

        var fault = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, fault.SqlState);
    }

    [Fact]
    public async Task The_writer_is_told_that_the_owner_builds_indices()
    {
        var indices = new Indexing.SearchIndexStore(Source);
        var policy = new Indexing.VectorIndexPolicy();
        var first = (await indices.ListAsync(policy)).First(state => state.Index.Purpose == Indexing.IndexPurpose.Hashes);

        var fault = await Assert.ThrowsAsync<DatabaseException>(() => indices.BuildAsync(first, policy));

        Assert.Contains("owner", fault.Message, StringComparison.Ordinal);
    }
}
