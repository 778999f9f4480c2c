using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>sql "select …"</c>: a read-only query.</summary>
static class SqlCommand
{
    static readonly Argument<string> Query = new("query") { Description = "One statement that reads. '-' takes it from standard input." };

    static readonly Option<bool> Csv = new("--csv") { Description = "Print comma-separated values with a header line." };

    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most rows.",
        HelpName = "N",
        DefaultValueFactory = _ => 1000,
    };

    public static Command Create() => new Command("sql", "Run a read-only SQL query and print the rows.")
    {
        Query, Csv, Limit,
    }.WithExamples("""
        imagepipeline sql "select format, count(*) from image group by format"
        imagepipeline sql "select uri, kind, distance from duplicate_file order by group_id" --csv > copies.csv
        imagepipeline sql "select uri, reason, detail from image_file where state = 'rejected'" --json
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var limit = parsed.GetValue(Limit);
        if (limit < 1)
        {
            throw new UsageException("--limit takes 1 or more.");
        }

        var sql = parsed.GetValue(Query)!;
        sql = sql == "-" ? await Console.In.ReadToEndAsync(cancel) : sql;
        await using var session = await Session.OpenAsync(parsed, cancel, mustExist: true);
        try
        {
            await using var result = await new ReadOnlyQuery(session.Database.Source)
                .RunAsync(sql, new ReadOnlyQueryOptions { MaxRows = limit }, cancel);
            await QueryOutput.WriteAsync(result, parsed.GetValue(Csv), parsed.GetValue(CommonOptions.Json), cancel);
            if (result.Truncated)
            {
                await Console.Error.WriteLineAsync($"imagepipeline: only the first {limit:N0} rows; more with --limit N.");
            }
        }
        catch (QueryRefusedException refused)
        {
            throw new UsageException(refused.Message);
        }

        return ExitCode.Done;
    }
}
