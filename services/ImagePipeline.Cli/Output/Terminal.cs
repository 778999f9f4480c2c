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

    /// <summary>Shows a bar on standard error while something is done, if that is a terminal.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="isWanted">False for no bar.</param>
    /// <param name="work">Does it; calls its argument for each of the steps, from any thread, with the number there will be.</param>
    public static async Task<T> ProgressAsync<T>(string what, bool isWanted, Func<Action<int>, Task<T>> work)
    {
        if (!isWanted || Console.IsErrorRedirected)
        {
            return await work(_ => { });
        }

        return await Error.Progress().StartAsync(context =>
        {
            var bar = context.AddTask(what, maxValue: 1);
            var done = 0;
            return work(steps => (bar.MaxValue, bar.Value) = (steps, Interlocked.Increment(ref done)));
        });
    }

    /// <summary>Shows a bar of bytes, their rate and the time left on standard error while a file is moved, if that is a terminal.</summary>
    /// <param name="what">What is moved.</param>
    /// <param name="isWanted">False for no bar.</param>
    /// <param name="work">Does it; calls its argument with the bytes so far and all of them, null while unknown.</param>
    public static async Task<T> TransferAsync<T>(string what, bool isWanted, Func<Action<long, long?>, Task<T>> work)
    {
        if (!isWanted || Console.IsErrorRedirected)
        {
            return await work((_, _) => { });
        }

        return await Error.Progress()
            .Columns(
                new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(),
                new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(what));
                return work((bytes, all) => (bar.MaxValue, bar.Value) = (Math.Max(1, all ?? bytes + 1), bytes));
            });
    }

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
