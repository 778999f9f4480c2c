using System.Text.RegularExpressions;
using ImagePipeline.Core.Duplicates;
using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>Every statement that docs/sql.md shows runs as it stands there, and what calls a function finds something.</summary>
public abstract partial class DocumentationTests(TestDatabase database) : SearchTests(database)
{
    const string Model = "fingerprint_2";

    [Fact]
    public async Task Every_statement_of_the_page_about_SQL_runs_and_calls_of_functions_find_rows()
    {
        await FillAsync();
        var role = $"analyst_{Guid.NewGuid():n}";
        await ExecuteAsync($"CREATE ROLE {role}");
        var statements = Statements().Select(text => text.Replace("analyst", role, StringComparison.Ordinal)).ToList();
        var empty = new List<string>();

        try
        {
            await RunAllAsync(statements, empty);
        }
        finally
        {
            await ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }

        Assert.True(statements.Count > 20, $"{statements.Count} statements were found in the page.");
        Assert.Empty(empty);
    }

    [Fact]
    public async Task Every_function_of_the_page_exists_and_says_what_it_does()
    {
        var page = await File.ReadAllTextAsync(PagePath, TestContext.Current.CancellationToken);
        var named = FunctionInTable().Matches(page).Select(match => match.Groups[1].Value).Distinct().ToArray();

        var missing = await RowsAsync(
            """
            SELECT n FROM unnest($1) AS n
            WHERE NOT EXISTS (
                SELECT FROM pg_proc p WHERE p.proname = n AND p.provolatile <> 'v' AND obj_description(p.oid, 'pg_proc') IS NOT NULL)
            """, (object)named);

        Assert.Contains("search_images", named);
        Assert.Empty(missing);
    }

    /// <summary>In one session: the examples with tables of one's own build on each other.</summary>
    async Task RunAllAsync(List<string> statements, List<string> empty)
    {
        await using var connection = await Administrator.OpenConnectionAsync(TestContext.Current.CancellationToken);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection) { AllResultTypesAreUnknown = true };
            await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            if (!await reader.ReadAsync(TestContext.Current.CancellationToken) && Call().IsMatch(statement))
            {
                empty.Add(statement);
            }
        }
    }

    static string PagePath => Path.Combine(Repository.Root, "docs", "sql.md");

    static IEnumerable<string> Statements() => Block().Matches(File.ReadAllText(PagePath))
        .SelectMany(match => match.Groups[1].Value.Split(";\n"))
        .Select(text => string.Join('\n', text.Split('\n').Where(line => !line.StartsWith("--", StringComparison.Ordinal))).Trim())
        .Where(text => text.Length > 0);

    async Task FillAsync()
    {
        await SearchSample.FillAsync(Source, 60, Model);
        await new SourceStore(Source).RegisterAsync(
            [SourceRow.Ingested("file:///photos/flowers-040.png", "etag", 1, Sample.Then, SearchSample.Image(0) with { WidthPx = 400, Format = "png" })],
            Guid.NewGuid());
        await ExecuteAsync("UPDATE image_palette SET colours = '{#fafafa,#102030}', oklab = oklab('#fafafa') || oklab('#102030')");
        await ExecuteAsync("UPDATE image SET width_px = 400");
        await CopyGroups.WriteAsync(Source, [new DuplicateGroup(
            Sample.Id(0), [new(Sample.Id(1), DuplicateKind.SamePixels, Evidence.Pixels, null, 0)])]);
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("(similar_images|near_duplicates_of|copies_of_hash|images_by_colour|search_images)\\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"`([a-z_]+)\([^`]*\)`")]
    private static partial Regex FunctionInTable();
}

[Collection(nameof(OnPGlite))]
public sealed class DocumentationOnPGlite(PGliteDatabase database) : DocumentationTests(database);

[Collection(nameof(OnPostgres))]
public sealed class DocumentationOnPostgres(PostgresDatabase database) : DocumentationTests(database);
