using Spectre.Console;

namespace ImagePipeline.Cli.Output;

/// <summary>Standard output for people: colours and the terminal's width on a terminal, plain unbroken lines in a pipe or file.</summary>
static class Terminal
{
    /// <summary>Wider than any line: what is not a terminal decides itself where to break.</summary>
    const int Unbroken = 10_000;

    /// <summary>Standard output.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>Standard error, for progress.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>A line as it is: a path in it can be copied from the terminal, because nothing breaks it.</summary>
    public static void Line(string text = "") => Console.Out.WriteLine(text);

    static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected || Environment.GetEnvironmentVariable("NO_COLOR") is { Length: > 0 }
                ? ColorSystemSupport.NoColors
                : ColorSystemSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = Unbroken;
        }

        return console;
    }
}
