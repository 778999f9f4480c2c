using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>
/// Follows a table whose rows carry the transaction that inserted them. The horizon is the oldest transaction that was still running
/// when the reader last looked: all below it was visible then or never will be, and all from it on is read the next time.
/// A transaction that runs long makes the next calls read more than is new, and miss nothing.
/// </summary>
static class Following
{
    /// <summary>Reads what became visible since, in pages so that other work goes on meanwhile.</summary>
    /// <param name="source">The database.</param>
    /// <param name="horizon">What the last call returned; 0 the first time.</param>
    /// <param name="sql">$1 a transaction and $2 an id that rows must lie above, $3 the size of a page, $4 the filter. Ordered by
    /// transaction and id, which are the first two columns.</param>
    /// <param name="pageRows">Rows of a page.</param>
    /// <param name="filter">Value of $4; null where the statement has none.</param>
    /// <param name="add">Receives each row.</param>
    /// <param name="cancel">Cancels the wait.</param>
    /// <returns>The horizon of the next call.</returns>
    public static async Task<ulong> ReadAsync(
        NpgsqlDataSource source, ulong horizon, string sql, int pageRows, string? filter, Action<NpgsqlDataReader> add,
        CancellationToken cancel)
    {
        ulong? next = null;
        var (xid, id) = (horizon, Guid.Empty);
        for (var read = pageRows; read == pageRows;)
        {
            read = 0;
            await using var connection = await source.OpenConnectionAsync(cancel);
            await using var batch = connection.CreateBatch();
            // Asked before the rows are: what is committed in between comes twice instead of never.
            batch.Add("SELECT pg_snapshot_xmin(pg_current_snapshot())");
            var page = batch.Add(sql).With(xid, "xid8").With(id).With(pageRows);
            if (filter is not null)
            {
                page.With(filter);
            }
            await using var reader = await batch.ExecuteReaderAsync(cancel);
            await reader.ReadAsync(cancel);
            next ??= reader.GetFieldValue<ulong>(0);
            await reader.NextResultAsync(cancel);
            for (; await reader.ReadAsync(cancel); read++)
            {
                (xid, id) = (reader.GetFieldValue<ulong>(0), reader.GetGuid(1));
                add(reader);
            }
        }
        return next!.Value;
    }
}
