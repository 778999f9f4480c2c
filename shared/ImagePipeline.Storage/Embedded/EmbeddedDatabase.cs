namespace ImagePipeline.Storage.Embedded;

/// <summary>The embedded database of a data directory.</summary>
public sealed class EmbeddedDatabase : IAsyncDisposable
{
    /// <summary>How to connect.</summary>
    public string ConnectionString { get; } = "";

    /// <summary>Starts or joins the server.</summary>
    public static Task<EmbeddedDatabase> StartAsync(DatabaseOptions options, CancellationToken cancel) =>
        throw new NotImplementedException();

    /// <summary>Lets go of the server.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
