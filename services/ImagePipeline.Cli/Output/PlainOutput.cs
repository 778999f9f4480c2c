using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Standard output that goes into a file or another program.</summary>
static class PlainOutput
{
    /// <summary>Wide enough that no path is folded, which would keep tools that read line by line from finding it.</summary>
    const int Columns = 4096;

    /// <summary>Leaves out colours and folds no lines unless standard output is a terminal: the library asks only what kind of
    /// terminal there is, not whether it is written to.</summary>
    public static void UseUnlessTerminal()
    {
        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.No,
                ColorSystem = ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            });
            AnsiConsole.Console.Profile.Width = Columns;
        }
    }
}
