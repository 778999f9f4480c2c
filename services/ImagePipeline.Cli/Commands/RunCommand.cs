using System.CommandLine;
using ImagePipeline.Cli.Embedded;
using ImagePipeline.Cli.Fleet;
using ImagePipeline.Cli.Output;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>run FOLDER…</c>: the main job.</summary>
static class RunCommand
{
    static readonly Argument<string[]> Roots = new("folder")
    {
        Description = "Folders or files of images. Hidden files are left out.",
        HelpName = "FOLDER…",
        Arity = ArgumentArity.OneOrMore,
    };

    public static Command Create() => new Command("run", "Ingest a folder: find, hash, embed and compare every image in it.")
    {
        Roots, CommonOptions.Model, CommonOptions.Device, CommonOptions.Precision, CommonOptions.Workers,
    }.WithExamples("""
        imagepipeline run ~/Pictures                  into .imagepipeline/ of this folder
        imagepipeline run a/ b/ --data ~/index        two folders, the database elsewhere
        imagepipeline run ~/Pictures --json | jq .    the summary for a script
        Run it again at any time: it goes on where it stopped and skips what it knows.
        """).Does((parsed, cancel) => RunAsync(parsed, Folders(parsed.GetValue(Roots)!), cancel));

    /// <summary>Runs the main job over <paramref name="roots"/> and prints how it ended.</summary>
    public static async Task<int> RunAsync(ParseResult parsed, IReadOnlyList<string> roots, CancellationToken cancel)
    {
        await using var session = await Session.OpenAsync(parsed, cancel);
        return await RunJobAsync(parsed, session, (job, stop) => job.RunAsync(roots, stop), roots, cancel);
    }

    /// <summary>Runs a job with every stage in this process and prints how it ended.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="session">The database.</param>
    /// <param name="run">Begins the job or goes on with one.</param>
    /// <param name="roots">What it lists; folders among it are counted for the progress bars.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<int> RunJobAsync(
        ParseResult parsed, Session session, Func<MainJob, CancellationToken, Task<RunReport>> run, IReadOnlyList<string> roots,
        CancellationToken cancel)
    {
        await using var opened = await Models.OpenEngineAsync(parsed, session.Database, cancel);
        var engine = opened.Engine;
        var job = new MainJob(session.Database, engine, new PipelineOptions
        {
            Cpu = new() { Workers = Workers(parsed) },
            Ingest = FleetCommandOptions.Ingest(),
            Relate = FleetCommandOptions.Relate(),
        });

        var json = parsed.GetValue(CommonOptions.Json);
        var running = RunAsync(job, run, cancel);
        if (!parsed.GetValue(CommonOptions.NoProgress))
        {
            await ProgressBoard.ShowAsync(job, roots, engine.Model.Manifest.ModelId.ToString(), running);
        }

        var report = await running;
        if (json)
        {
            JsonOutput.Write(report);
        }
        else
        {
            RunSummary.Write(report);
        }

        return report.Interrupted ? ExitCode.Interrupted
            : report.Failed.Count > 0 || report.State == JobState.Failed.ToSql() ? ExitCode.SomeFailed
            : ExitCode.Done;
    }

    static async Task<RunReport> RunAsync(
        MainJob job, Func<MainJob, CancellationToken, Task<RunReport>> run, CancellationToken cancel)
    {
        try
        {
            return await run(job, cancel);
        }
        catch (StoreUnavailableException fault) when (job.JobId is { } jobId)
        {
            throw JobNames.Stopped(jobId, fault);
        }
    }

    /// <summary>What <c>--workers</c> says.</summary>
    public static int Workers(ParseResult parsed) => parsed.GetValue(CommonOptions.Workers) is > 0 and <= 1024 and var workers
        ? workers
        : throw new UsageException("--workers takes 1 to 1024.");

    /// <summary>The folders as full paths, without those that lie inside another one.</summary>
    static List<string> Folders(string[] given)
    {
        if (given.FirstOrDefault(path => !Directory.Exists(path) && !File.Exists(path)) is { } missing)
        {
            throw new UsageException($"'{missing}' is not there.");
        }

        var full = given.Select(path => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path))).Distinct().ToList();
        return full.Where(path => !full.Any(other => path.StartsWith(
            Path.EndsInDirectorySeparator(other) ? other : other + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && path != other)).ToList();
    }
}
