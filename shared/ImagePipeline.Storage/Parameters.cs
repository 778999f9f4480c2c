using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Positional parameters ($1, $2 ...) in the order they are added.</summary>
static class Parameters
{
    /// <summary>Adds a value; <paramref name="type"/> names the PostgreSQL type where .NET's does not say it.</summary>
    public static NpgsqlBatchCommand With<T>(this NpgsqlBatchCommand command, T value, string? type = null)
    {
        command.Parameters.Add(Make(value, type));
        return command;
    }

    /// <inheritdoc cref="With{T}(NpgsqlBatchCommand, T, string?)"/>
    public static NpgsqlCommand With<T>(this NpgsqlCommand command, T value, string? type = null)
    {
        command.Parameters.Add(Make(value, type));
        return command;
    }

    /// <summary>Appends a statement. The statements of one batch run in one round trip and one transaction.</summary>
    public static NpgsqlBatchCommand Add(this NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }

    /// <summary>One field of every row: the array that a bulk statement unnests.</summary>
    public static TField[] Column<TRow, TField>(this IReadOnlyList<TRow> rows, Func<TRow, TField> field)
    {
        var column = new TField[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = field(rows[i]);
        }
        return column;
    }

    /// <summary>The rows by ascending key, the last of each key only. Sorted, so that two writers lock rows in the same
    /// order; without repetition, because ON CONFLICT refuses to touch a row twice.</summary>
    public static List<TRow> SortedByKey<TRow, TKey>(
        this IEnumerable<TRow> rows, Func<TRow, TKey> key, IComparer<TKey>? order = null)
        where TKey : notnull
    {
        var last = new SortedDictionary<TKey, TRow>(order);
        foreach (var row in rows)
        {
            last[key(row)] = row;
        }
        return [.. last.Values];
    }

    static NpgsqlParameter<T> Make<T>(T value, string? type)
    {
        var parameter = new NpgsqlParameter<T> { TypedValue = value };
        if (type is not null)
        {
            parameter.DataTypeName = type;
        }
        return parameter;
    }
}
