using System.CommandLine;

namespace ImagePipeline.Cli.Commands;

/// <summary><c>models …</c>: which models there are, getting more, and choosing the one that a database is asked by.</summary>
static class ModelsCommand
{
    public static Command Create() => new Command("models", "Models of your own: list, pull, add, verify, activate.")
    {
        ModelsListCommand.Create(), ModelsPullCommand.Create(), ModelsAddCommand.Create(), ModelsVerifyCommand.Create(),
        ModelsActivateCommand.Create(),
    }.WithExamples("""
        imagepipeline models list
        imagepipeline models pull dinov2-small            download it and check it
        imagepipeline models verify dinov2-small          does it work, how fast?
        imagepipeline models add dinov2-small             embed what is there already
        imagepipeline models activate dinov2-small        search by it from now on
        """);
}
