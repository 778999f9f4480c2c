using Npgsql;

namespace ImagePipeline.Storage;

/// <summary>A lock that all processes on one database share, held while its connection is open; a process that dies lets go.</summary>
public sealed class AdvisoryLock : IAsyncDisposable
{
    /// <summary>Held by the transaction that groups copies anew.</summary>
    internal const int Copies = LockFamily + 1;

    /// <summary>Held while look-alikes are grouped.</summary>
    internal const int Similar = LockFamily + 2;

    /// <summary>Held by the one process that looks for lost work.</summary>
    internal const int Reconciler = LockFamily + 3;

    /// <summary>Held by the transaction that chooses the active model.</summary>
    internal const int ActiveModel = LockFamily + 4;

    /// <summary>Held by the one process that computes clustering runs.</summary>
    internal const int Clusters = LockFamily + 5;

    /// <summary>Held by the transaction that chooses the active run.</summary>
    internal const int ActiveRun = LockFamily + 6;

    // Any numbers that nothing else in the database locks; that of the migrations is the bytes of "ImgP".
    const int LockFamily = 0x496D6770;

    readonly NpgsqlConnection _connection;
    readonly int _key;

    AdvisoryLock(NpgsqlConnection connection, int key)
    {
        _connection = connection;
        _key = key;
    }

    /// <summary>Takes the lock if it is free.</summary>
    /// <param name="source">The database.</param>
    /// <param name="key">One of the constants of this class.</param>
    /// <param name="cancel">Cancels the wait for a connection.</param>
    /// <returns>The lock, to be disposed; null where another process holds it.</returns>
    internal static async Task<AdvisoryLock?> TryTakeAsync(NpgsqlDataSource source, int key, CancellationToken cancel = default)
    {
        var connection = await source.OpenConnectionAsync(cancel);
        try
        {
            await using var command = new NpgsqlCommand($"SELECT pg_try_advisory_lock({key})", connection);
            if (await command.ExecuteScalarAsync(cancel) is true)
            {
                var taken = new AdvisoryLock(connection, key);
                connection = null;
                return taken;
            }
            return null;
        }
        finally
        {
            if (connection is not null)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await using (_connection)
        {
            try
            {
                await using var command = new NpgsqlCommand($"SELECT pg_advisory_unlock({_key})", _connection);
                await command.ExecuteNonQueryAsync();
            }
            catch (NpgsqlException)
            {
                // The connection is gone, and the lock with it.
            }
        }
    }
}
