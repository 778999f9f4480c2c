using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>Which queues people paused.</summary>
public sealed class QueueControlStore(NpgsqlDataSource source)
{
    /// <summary>The paused queues.</summary>
    public async Task<IReadOnlySet<string>> ReadPausedAsync(CancellationToken cancel = default)
    {
        var paused = new HashSet<string>(StringComparer.Ordinal);
        await using var command = source.CreateCommand("SELECT queue FROM queue_control WHERE paused");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            paused.Add(reader.GetString(0));
        }
        return paused;
    }

    /// <summary>Pauses or resumes queues; the services follow within seconds.</summary>
    /// <param name="queues">Names of queues.</param>
    /// <param name="paused">Whether to pause them.</param>
    /// <param name="changedBy">Who says so.</param>
    /// <param name="cancel">Cancels the wait.</param>
    public async Task SetAsync(
        IReadOnlyCollection<string> queues, bool paused, string changedBy, CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            """
            INSERT INTO queue_control (queue, paused, changed_by) SELECT q, $2, $3 FROM unnest($1) AS r(q)
            ON CONFLICT (queue) DO UPDATE SET paused = excluded.paused, changed_by = excluded.changed_by, changed_at = now()
            """);
        command.With(queues.Order(StringComparer.Ordinal).ToArray()).With(paused).With(changedBy);
        await command.ExecuteNonQueryAsync(cancel);
    }
}
