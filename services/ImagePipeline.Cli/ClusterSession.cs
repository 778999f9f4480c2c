using System.CommandLine;
using ImagePipeline.Cli.Catalogue;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImagePipeline.Cli;

/// <summary>What the commands about clusters open: the database, and what computes and changes clusters.</summary>
sealed class ClusterSession : IAsyncDisposable
{
    readonly Session _session;
    readonly ServiceProvider _services;

    ClusterSession(Session session, LogLevel level)
    {
        _session = session;
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.SetMinimumLevel(level).AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        }).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        services.AddPipelineStores(session.Database).AddSingleton(TimeProvider.System).AddSingleton(FleetCommandOptions.Clusters()).AddClusters();
        _services = services.BuildServiceProvider();
    }

    /// <summary>The option that names a run.</summary>
    public static Option<int?> Run { get; } = new("--run")
    {
        Description = "A run, as cluster list numbers them [default: the active one].",
        HelpName = "N",
    };

    /// <summary>The option that names a model by what the database knows.</summary>
    public static Option<string?> Model { get; } = new("--model")
    {
        Description = "Model whose vectors are grouped: a name or id that models list shows [default: the active one].",
        HelpName = "M",
    };

    /// <summary>The database.</summary>
    public Database Database => _session.Database;

    /// <summary>Where image bytes are.</summary>
    public ObjectStores Objects => _session.Objects;

    /// <summary>Opens the database that the command line names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <param name="level">The least that is logged.</param>
    public static async Task<ClusterSession> OpenAsync(
        ParseResult parsed, CancellationToken cancel, LogLevel level = LogLevel.Error) =>
        new(await Session.OpenAsync(parsed, cancel, mustExist: true), level);

    /// <summary>One of the parts.</summary>
    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <summary>The model that <c>--model</c> names, or else the active one.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public async Task<string> ModelAsync(ParseResult parsed, CancellationToken cancel) => parsed.GetValue(Model) is { } name
        ? (await RegisteredModel.FindAsync(Database, name, cancel)).Row.ModelId
        : (await Get<ActiveModelStore>().FindAsync(cancel))?.ModelId
            ?? throw new UsageException("the database has no vectors yet. Make them with: imagepipeline run FOLDER");

    /// <summary>The run that <c>--run</c> names, or else the active one.</summary>
    /// <exception cref="UsageException">There is none, or it is not done.</exception>
    public async Task<ClusterRun> RunAsync(ParseResult parsed, CancellationToken cancel) => parsed.GetValue(Run) is { } number
        ? await RunAsync(number, cancel)
        : await ActiveAsync(parsed, cancel);

    /// <summary>The active run of the model.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public async Task<ClusterRun> ActiveAsync(ParseResult parsed, CancellationToken cancel) =>
        await Get<ClusterRunStore>().FindActiveAsync(await ModelAsync(parsed, cancel), cancel)
            ?? throw new UsageException("there are no clusters yet. Make them with: imagepipeline cluster run");

    /// <summary>A run by its number.</summary>
    /// <exception cref="UsageException">There is none, or it is not done.</exception>
    public async Task<ClusterRun> RunAsync(int number, CancellationToken cancel)
    {
        var run = await Get<ClusterRunStore>().FindAsync(number, cancel)
            ?? throw new UsageException($"there is no run {number}. Which there are: imagepipeline cluster list");
        return run.State == ClusterRunState.Done ? run : throw new UsageException(
            $"run {number} is {run.State.ToSql()}{(run.Error is null ? "" : $" ({run.Error.TrimEnd('.')})")}; only runs that are done have clusters.");
    }

    /// <summary>A cluster that is shown, by its number, label or suggested name.</summary>
    /// <exception cref="UsageException">None or several are called so.</exception>
    public async Task<ShownCluster> ClusterAsync(ClusterRun run, string name, CancellationToken cancel)
    {
        var clusters = await Get<ClusterReader>().ListAsync(run.RunId, cancel);
        var found = int.TryParse(name, out var number)
            ? clusters.Where(cluster => cluster.Holds(number)).ToList()
            : clusters.Where(cluster => string.Equals(cluster.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count == 0)
        {
            // A name may be a year. Numbers go first: they are what the program prints.
            found = [.. clusters.Where(cluster => string.Equals(cluster.Name, name, StringComparison.OrdinalIgnoreCase))];
        }

        return found switch
        {
            [var only] => only,
            [] => throw new UsageException($"run {run.RunId} has no cluster '{name}'. Which there are: imagepipeline cluster show --run {run.RunId}"),
            _ => throw new UsageException(
                $"{found.Count} clusters are called '{name}': {string.Join(", ", found.Select(cluster => cluster.Number))}. Give the number of one."),
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _session.DisposeAsync();
    }
}
