using System.CommandLine;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>bench …</c>: how fast a stage is on this machine.</summary>
static class BenchCommand
{
    public static Command Create() => new Command("bench", "Measure how fast a stage is on this machine, and what holds it up.")
    {
        BenchEmbedCommand.Create(),
    };
}
