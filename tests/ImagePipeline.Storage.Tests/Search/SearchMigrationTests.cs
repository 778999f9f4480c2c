using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>A database from before there was search in SQL.</summary>
[Collection(nameof(OnPGlite))]
public sealed class SearchMigrationTests(PGliteDatabase database) : StorageTests(database)
{
    [Fact]
    public async Task Palettes_stored_before_get_their_oklab()
    {
        await using var connection = await Administrator.OpenConnectionAsync();
        // A schema of its own, gone afterwards.
        await using var transaction = await connection.BeginTransactionAsync();
        // This one has another argument by now, and the earlier text names it without any.
        await RunAsync("DROP FUNCTION search_images");
        await RunAsync("CREATE SCHEMA earlier; SET LOCAL search_path = earlier, public");
        foreach (var migration in Enumerable.Range(1, 11))
        {
            await RunAsync(Read(migration));
        }

        await RunAsync(
            $"""
            INSERT INTO image_palette (image_id, colours, shares) VALUES
                ('{Sample.Id(1)}', '{"{#000000,#ffffff,#102030}"}', '{"{0.5,0.3,0.2}"}'), ('{Sample.Id(2)}', '{"{}"}', '{"{}"}')
            """);

        await RunAsync(Read(12));

        await using var command = new NpgsqlCommand("SELECT oklab FROM image_palette WHERE cardinality(colours) = 3", connection);
        var oklab = (float[])(await command.ExecuteScalarAsync())!;
        Assert.Equal(9, oklab.Length);
        Assert.Equal([0, 0, 0, 1, 0, 0], oklab[..6].Select(static number => (float)Math.Round(number, 4) + 0f));
        Assert.InRange(oklab[6], 0.2, 0.3);

        async Task RunAsync(string sql)
        {
            await using var run = new NpgsqlCommand(sql, connection);
            await run.ExecuteNonQueryAsync();
        }
    }

    static string Read(int number) => Queries.Read(typeof(Migrations).Assembly.GetManifestResourceNames()
        .Single(name => name.Replace('\\', '/').StartsWith($"migrations/{number:000}_", StringComparison.Ordinal)));
}
