using System.Diagnostics;
using System.Text.RegularExpressions;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Limits of a query.</summary>
public sealed record ReadOnlyQueryOptions
{
    /// <summary>Most rows to return; there being more is reported. Default 1,000.</summary>
    public int MaxRows { get; init; } = 1_000;

    /// <summary>How long it may run. Default 30 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>The query was refused or is wrong; the message is for the one who wrote it.</summary>
public sealed class QueryRefusedException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Runs one statement of a user, which can read but not write.</summary>
public sealed partial class ReadOnlyQuery(NpgsqlDataSource source)
{
    const int FetchRows = 500;

    /// <summary>Starts a statement. Dispose the result to end its transaction.</summary>
    /// <exception cref="QueryRefusedException">It is no single reading statement, or PostgreSQL refused it.</exception>
    public async Task<QueryResult> RunAsync(
        string sql, ReadOnlyQueryOptions? options = null, CancellationToken cancel = default)
    {
        options ??= new ReadOnlyQueryOptions();
        var started = Stopwatch.GetTimestamp();
        var text = sql.Trim().TrimEnd(';');
        var verb = FirstWord().Match(text).Groups[1].Value.ToLowerInvariant();
        var cursor = verb is "select" or "with" or "values" or "table" or "(";
        if (!cursor && verb is not ("explain" or "show"))
        {
            throw new QueryRefusedException(
                $"Only reading statements run here (select, with, values, table, explain, show), not '{verb}'.");
        }
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            return await StartAsync(connection, text, cursor, options, started, cancel);
        }
        catch (Exception error)
        {
            await connection.DisposeAsync();
            if (error is PostgresException postgres)
            {
                throw Refusal(postgres);
            }
            if (error is NpgsqlException fault && IsTooLong(fault, started, options.Timeout))
            {
                throw TooLong(error, options.Timeout);
            }
            if (error is NotSupportedException or InvalidOperationException)
            {
                throw new QueryRefusedException("Only one statement at a time.", error);
            }
            throw;
        }
    }

    internal static QueryRefusedException Refusal(PostgresException error) => new(
        error.SqlState switch
        {
            PostgresErrorCodes.ReadOnlySqlTransaction =>
                $"This query would write, and only reading is allowed here ({error.MessageText}).",
            PostgresErrorCodes.QueryCanceled => "The query took longer than its time limit and was stopped.",
            _ => error.Hint is null ? error.MessageText : $"{error.MessageText} Hint: {error.Hint}",
        },
        error);

    internal static QueryRefusedException TooLong(Exception error, TimeSpan limit) => new(
        FormattableString.Invariant(
            $"The query took longer than its time limit of {limit.TotalSeconds:0.#} s. The embedded database cannot stop a statement that runs, so its server was ended with it. What was stored is safe, and the next command starts it again."),
        error);

    /// <summary>Whether the time limit is why the connection was given up or lost: a server stops the statement and says so; the watchdog of
    /// the embedded one ends the whole process (watchdog.mjs).</summary>
    internal static bool IsTooLong(NpgsqlException error, long started, TimeSpan limit) => error.InnerException is TimeoutException
        || (error.InnerException is IOException or System.Net.Sockets.SocketException && Stopwatch.GetElapsedTime(started) >= limit);

    [GeneratedRegex(@"^(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*([a-z]+|\()", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex FirstWord();

    /// <summary>Only where neither the server nor the watchdog of the embedded one has ended the statement.</summary>
    static int ClientTimeout(ReadOnlyQueryOptions options) => (int)Math.Ceiling(options.Timeout.TotalSeconds) + 20;

    static async Task<QueryResult> StartAsync(
        NpgsqlConnection connection, string sql, bool cursor, ReadOnlyQueryOptions options, long started, CancellationToken cancel)
    {
        var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var begin = connection.CreateBatch())
        {
            begin.Add("SET TRANSACTION READ ONLY");
            begin.Add($"SET LOCAL statement_timeout = {(long)options.Timeout.TotalMilliseconds}");
            await begin.ExecuteNonQueryAsync(cancel);
        }
        // NpgsqlBatchCommand refuses text holding several statements, which NpgsqlCommand would run one by one.
        var batch = connection.CreateBatch();
        batch.Timeout = ClientTimeout(options);
        batch.Add(cursor ? $"DECLARE user_query NO SCROLL CURSOR FOR {sql}" : sql);
        if (!cursor)
        {
            var reader = await batch.ExecuteReaderAsync(cancel);
            return new QueryResult(connection, transaction, batch, reader, null, options, started);
        }
        await using (batch)
        {
            await batch.ExecuteNonQueryAsync(cancel);
        }
        var fetch = new NpgsqlCommand($"FETCH {Math.Min(FetchRows, options.MaxRows + 1)} FROM user_query", connection)
        {
            AllResultTypesAreUnknown = true,
            CommandTimeout = ClientTimeout(options),
        };
        return new QueryResult(
            connection, transaction, fetch, await fetch.ExecuteReaderAsync(cancel), fetch, options, started);
    }
}
