using System.CommandLine;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>evaluate …</c>: how good the signals are, on pictures of one's own.</summary>
static class EvaluateCommand
{
    public static Command Create() => new Command("evaluate", "Measure how well copies and look-alikes are found, on pictures of your own.")
    {
        EvaluateCopiesCommand.Create(), EvaluateRetrievalCommand.Create(), EvaluatePairsCommand.Create(),
    };
}
