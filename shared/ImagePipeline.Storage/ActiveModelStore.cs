using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>The one model that a database is asked by: its vectors answer questions and make the look-alikes. It is the first that was
/// registered (<see cref="VectorStore.RegisterModelAsync"/>) until a person chooses another.</summary>
public sealed class ActiveModelStore(NpgsqlDataSource source)
{
    // Two that register the first model at once would both find none.
    static readonly string Lock = $"SELECT pg_advisory_xact_lock({AdvisoryLock.ActiveModel})";

    /// <summary>The active model; null where none was ever registered.</summary>
    public async Task<ModelRow?> FindAsync(CancellationToken cancel = default)
    {
        await using var command = source.CreateCommand(
            "SELECT model_id, name, version, dimensions, manifest FROM model WHERE active");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        return await reader.ReadAsync(cancel)
            ? new ModelRow(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetString(4))
            : null;
    }

    /// <summary>Makes a registered model the active one. Its images have to be compared anew, since of a pair that both models found
    /// similar only the active one's distance is kept; and the look-alikes are marked as out of date. All in one transaction.</summary>
    /// <returns>False where it was active already; nothing changes then.</returns>
    /// <exception cref="DatabaseException">No such model is registered.</exception>
    public async Task<bool> ActivateAsync(string modelId, CancellationToken cancel = default)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await using (var locking = new NpgsqlCommand(Lock, connection))
        {
            await locking.ExecuteNonQueryAsync(cancel);
        }
        await using var asking = new NpgsqlCommand("SELECT active FROM model WHERE model_id = $1", connection);
        switch (await asking.With(modelId).ExecuteScalarAsync(cancel))
        {
            case null:
                throw new DatabaseException(
                    $"The database knows no model '{modelId}'. Add it with: imagepipeline models add PATH");
            case true:
                return false;
        }
        await using var batch = connection.CreateBatch();
        // In two steps: the index that allows one is asked row by row.
        batch.Add("UPDATE model SET active = false WHERE active");
        batch.Add("UPDATE model SET active = true WHERE model_id = $1").With(modelId);
        batch.Add("DELETE FROM image_stage WHERE stage = $1").With(Stages.RelateVectors(modelId));
        batch.Add("UPDATE similar_grouping SET changes = changes + 1");
        await batch.ExecuteNonQueryAsync(cancel);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Adds the statements that make a model active where none is; for the store that registers it.</summary>
    internal static void AddFirst(NpgsqlBatch batch, string modelId)
    {
        batch.Add(Lock);
        batch
            .Add("UPDATE model SET active = true WHERE model_id = $1 AND NOT EXISTS (SELECT FROM model WHERE active)")
            .With(modelId);
    }
}
