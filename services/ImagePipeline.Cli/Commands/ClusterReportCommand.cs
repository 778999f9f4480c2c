using System.CommandLine;
using ImagePipeline.Cli.Output;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>cluster report out.html</c>: the clusters with pictures, and the map.</summary>
static class ClusterReportCommand
{
    static readonly Argument<string> Page = new("page") { Description = "The file to write.", HelpName = "out.html" };
    static readonly Option<int> Limit = new("--limit")
    {
        Description = "Most clusters, the largest.",
        HelpName = "N",
        DefaultValueFactory = _ => 100,
    };


    static readonly Option<int> Pictures = new("--pictures")
    {
        Description = "Typical pictures of each cluster.",
        HelpName = "N",
        DefaultValueFactory = _ => 12,
    };

    public static Command Create() => new Command(
        "report", "Write one self-contained page: figures, map, and the typical pictures of each cluster.")
    {
        Page, ClusterSession.Run, ClusterSession.Model, Limit, Pictures,
    }.WithExamples("""
        imagepipeline cluster report clusters.html
        imagepipeline cluster report run-3.html --run 3 --pictures 24
        """).Does(RunAsync);

    static async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        if (parsed.GetValue(Limit) < 1 || parsed.GetValue(Pictures) < 1)
        {
            throw new UsageException("--limit and --pictures take 1 or more.");
        }

        await using var session = await ClusterSession.OpenAsync(parsed, cancel);
        var run = await session.RunAsync(parsed, cancel);
        var page = parsed.GetValue(Page)!;
        await ClusterPages.WriteAsync(session, page, run, parsed.GetValue(Limit), parsed.GetValue(Pictures), cancel);
        await Console.Error.WriteLineAsync($"imagepipeline: wrote {page}");
        return ExitCode.Done;
    }
}
