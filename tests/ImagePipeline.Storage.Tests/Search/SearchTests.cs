using Npgsql;

namespace ImagePipeline.Storage.Tests.Search;

/// <summary>Tests that ask the database in its own words.</summary>
public abstract class SearchTests(TestDatabase database) : StorageTests(database)
{
    protected const int Images = 240;

    protected async Task<List<Guid>> IdsAsync(string sql, params object[] parameters)
    {
        var ids = new List<Guid>();
        await using var command = With(Source.CreateCommand(sql), parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            ids.Add(reader.GetGuid(0));
        }

        return ids;
    }

    protected async Task<List<string>> RowsAsync(string sql, params object[] parameters)
    {
        var rows = new List<string>();
        await using var command = With(Source.CreateCommand(sql), parameters);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        while (await reader.ReadAsync(TestContext.Current.CancellationToken))
        {
            rows.Add(string.Join(' ', Enumerable.Range(0, reader.FieldCount).Select(at => reader.IsDBNull(at) ? "" : $"{reader[at]}")));
        }

        return rows;
    }

    protected async Task ExecuteAsync(string sql, params object[] parameters)
    {
        await using var command = With(Administrator.CreateCommand(sql), parameters);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    static NpgsqlCommand With(NpgsqlCommand command, object[] parameters)
    {
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        return command;
    }
}
