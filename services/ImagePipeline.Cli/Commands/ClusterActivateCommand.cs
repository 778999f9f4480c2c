using System.CommandLine;
using ImagePipeline.Cli.Output;
using ImagePipeline.Clusterer.Clusters;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster activate RUN</c>: which run is shown and joined.</summary>
static class ClusterActivateCommand
{
    static readonly Argument<int> Run = new("run") { Description = "A run, as cluster list numbers them.", HelpName = "RUN" };

    public static Command Create() => new Command("activate", "Choose the run that is shown and that arrivals join.") { Run }
        .WithExamples("""
            imagepipeline cluster activate 4
            Labels and merges go along, to the clusters that share their images.
            """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed.GetValue(Run), cancel);
        if (run.IsActive)
        {
            Terminal.Line($"Run {run.RunId} is the active one already.");
            return ExitCode.Done;
        }

        var (carried, words) = await session.Get<RunWriter>().CarryAsync(run, cancel);
        await session.Get<ClusterRunStore>().ActivateAsync(run.RunId, carried, cancel);
        await session.Get<ClusterUpkeep>().CatchUpAsync(cancel);
        Terminal.Line($"Run {run.RunId} is shown now, and arrivals join it.");
        foreach (var line in words)
        {
            Terminal.Line("  " + line);
        }

        return ExitCode.Done;
    }
}
