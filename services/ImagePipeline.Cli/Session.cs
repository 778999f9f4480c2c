using System.CommandLine;
using ImagePipeline.Inference;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli;

/// <summary>What a command opens: the database, and the model where it needs one.</summary>
sealed class Session(Database database) : IAsyncDisposable
{
    /// <summary>The database, migrated.</summary>
    public Database Database => database;

    /// <summary>Where image bytes are.</summary>
    public ObjectStores Objects { get; } = ObjectStoreRegistration.Open(configuration: null);

    /// <summary>Whether the command line names a server, or a folder that holds an embedded database.</summary>
    public static bool HasDatabase(ParseResult parsed) => !string.IsNullOrEmpty(parsed.GetValue(CommonOptions.Postgres))
        || Directory.Exists(Path.Combine(parsed.GetValue(CommonOptions.Data)!, "db"));

    /// <summary>Opens the database that the command line names, starting the embedded one if need be.</summary>
    /// <exception cref="UsageException"><paramref name="mustExist"/>, and no run has made a database here yet.</exception>
    public static async Task<Session> OpenAsync(ParseResult parsed, CancellationToken cancel, bool mustExist = false)
    {
        var postgres = parsed.GetValue(CommonOptions.Postgres);
        var data = Path.GetFullPath(parsed.GetValue(CommonOptions.Data)!);
        if (mustExist && string.IsNullOrEmpty(postgres) && !Directory.Exists(data))
        {
            throw new UsageException($"there is no database in '{data}' yet. Make one with: imagepipeline run FOLDER "
                + "(or name another with --data or --postgres).");
        }

        if (string.IsNullOrEmpty(postgres) && !Directory.Exists(Path.Combine(data, "db")))
        {
            await Console.Error.WriteLineAsync($"imagepipeline: making a database in {data} (once, some seconds) ...");
        }

        return new Session(await Database.OpenAsync(
            string.IsNullOrEmpty(postgres)
                ? new DatabaseOptions { DataDirectory = data }
                // Whoever waits at a terminal is seldom killed, and may sit behind a pooler.
                : new DatabaseOptions { ConnectionString = postgres, ClientCheck = TimeSpan.Zero },
            cancel));
    }

    /// <summary>Makes sure that the collection was embedded with a model before it is asked by one.</summary>
    /// <exception cref="DatabaseException">It was not.</exception>
    public Task RequireModelAsync(ModelId modelId, CancellationToken cancel) =>
        new VectorStore(database.Source).GetModelAsync(modelId.ToString(), cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Objects.Dispose();
        return database.DisposeAsync();
    }
}
