using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>How a server carries out a statement and those within the functions that it calls.</summary>
static class Plans
{
    /// <summary>The plans of all statements that a statement runs, those within functions too; and how many rows it gives.</summary>
    public static async Task<(List<string> Plans, int Rows)> OfAsync(NpgsqlDataSource source, string sql)
    {
        var plans = new List<string>();
        await using var connection = await source.OpenConnectionAsync();
        connection.Notice += (_, notice) => plans.Add(notice.Notice.MessageText);
        await using (var prepare = new NpgsqlCommand(
            "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET auto_explain.log_nested_statements = on; SET client_min_messages = log",
            connection))
        {
            await prepare.ExecuteNonQueryAsync();
        }

        plans.Clear();
        var rows = 0;
        await using (var command = new NpgsqlCommand(sql, connection))
        {
            await using var reader = await command.ExecuteReaderAsync();
            for (; await reader.ReadAsync(); rows++)
            {
            }
        }

        return (plans, rows);
    }
}
