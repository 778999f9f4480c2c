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

/// <summary>An engine and the model it runs; both are disposed, the engine first.</summary>
sealed record OpenedEngine(EmbeddingModel Model, EmbeddingEngine Engine) : IAsyncDisposable
{
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Model.Dispose();
    }
}

/// <summary>Opens models as the command line names them.</summary>
static class Models
{
    /// <summary>Name of the product's own model under <c>models/</c>.</summary>
    public const string Default = "gist";

    /// <summary>An engine over the model named by <c>--model</c>, <c>--device</c> and <c>--precision</c>.</summary>
    public static OpenedEngine OpenEngine(ParseResult parsed)
    {
        var model = Open(parsed);
        return new OpenedEngine(model, new EmbeddingEngine(model));
    }

    /// <summary>The model named by <c>--model</c>, <c>--device</c> and <c>--precision</c>. Where the device was left to the program, what it
    /// chose and why goes to standard error in one line: a model that quietly runs on the wrong device costs hours.</summary>
    public static EmbeddingModel Open(ParseResult parsed)
    {
        var model = OpenQuietly(parsed);
        if (Provider(parsed) == ExecutionProvider.Auto)
        {
            Console.Error.WriteLine($"imagepipeline: {model.Manifest.ModelId} runs on {model.ProviderReason}.");
        }

        return model;
    }

    /// <summary>The same without a word, for whoever shows the reason itself.</summary>
    public static EmbeddingModel OpenQuietly(ParseResult parsed) => EmbeddingModel.Open(
        parsed.GetValue(CommonOptions.Model) ?? Default,
        new ModelOptions
        {
            Provider = Provider(parsed),
            Precision = Enum.Parse<ModelPrecision>(parsed.GetValue(CommonOptions.Precision) ?? "auto", ignoreCase: true),
        });

    static ExecutionProvider Provider(ParseResult parsed) =>
        Enum.Parse<ExecutionProvider>(parsed.GetValue(CommonOptions.Device)!, ignoreCase: true);
}
