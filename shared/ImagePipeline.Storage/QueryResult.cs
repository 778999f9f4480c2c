using System.Runtime.CompilerServices;
using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Columns and rows of a query, as PostgreSQL prints them.</summary>
public sealed class QueryResult : IAsyncDisposable
{
    readonly NpgsqlConnection _connection;
    readonly NpgsqlTransaction _transaction;
    readonly IAsyncDisposable _statement;
    readonly NpgsqlCommand? _fetch;
    readonly ReadOnlyQueryOptions _options;
    readonly long _started;
    NpgsqlDataReader _reader;

    internal QueryResult(
        NpgsqlConnection connection,
        NpgsqlTransaction transaction,
        IAsyncDisposable statement,
        NpgsqlDataReader reader,
        NpgsqlCommand? fetch,
        ReadOnlyQueryOptions options,
        long started)
    {
        _connection = connection;
        _transaction = transaction;
        _statement = statement;
        _reader = reader;
        _fetch = fetch;
        (_options, _started) = (options, started);
        Columns = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
        ColumnTypes = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetDataTypeName)];
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Their PostgreSQL types, such as integer or text; numbers are worth aligning and leaving unquoted.</summary>
    public IReadOnlyList<string> ColumnTypes { get; }

    /// <summary>After the rows were read: whether there were more than the limit.</summary>
    public bool Truncated { get; private set; }

    /// <summary>The rows, once; null stands for NULL.</summary>
    /// <exception cref="QueryRefusedException">PostgreSQL refused the statement on the way, such as for its time.</exception>
    public async IAsyncEnumerable<string?[]> RowsAsync([EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (var rows = 0; await NextAsync(cancel); rows++)
        {
            if (rows == _options.MaxRows)
            {
                Truncated = true;
                yield break;
            }
            var row = new string?[Columns.Count];
            for (var i = 0; i < row.Length; i++)
            {
                row[i] = await _reader.IsDBNullAsync(i, cancel) ? null : _reader.GetFieldValue<string>(i);
            }
            yield return row;
        }
    }

    /// <summary>Ends the transaction.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync();
        await _statement.DisposeAsync();
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }

    async Task<bool> NextAsync(CancellationToken cancel)
    {
        try
        {
            var fetched = _reader.HasRows;
            if (await _reader.ReadAsync(cancel))
            {
                return true;
            }
            if (_fetch is null || !fetched)
            {
                return false;
            }
            await _reader.DisposeAsync();
            _reader = await _fetch.ExecuteReaderAsync(cancel);
            return await _reader.ReadAsync(cancel);
        }
        catch (PostgresException error)
        {
            throw ReadOnlyQuery.Refusal(error);
        }
        catch (NpgsqlException error) when (ReadOnlyQuery.IsTooLong(error, _started, _options.Timeout))
        {
            throw ReadOnlyQuery.TooLong(error, _options.Timeout);
        }
    }
}
