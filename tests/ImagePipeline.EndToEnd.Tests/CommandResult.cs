using System.Text.Json;

namespace ImagePipeline.EndToEnd.Tests;

/// <summary>How the program ended and what it said.</summary>
/// <param name="ExitCode">As the shell sees it.</param>
/// <param name="Out">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="PeakBytes">The most memory it held (VmHWM), 0 where the system does not tell.</param>
/// <param name="Seconds">How long it ran.</param>
sealed record CommandResult(int ExitCode, string Out, string Error, long PeakBytes, double Seconds)
{
    /// <summary>Standard output as one JSON value.</summary>
    public JsonElement Json => Parse(Out);

    /// <summary>Standard output as one JSON value per line.</summary>
    public IReadOnlyList<JsonElement> JsonLines =>
        [.. Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];

    /// <summary>This result, once it is sure that the program ended as expected.</summary>
    public CommandResult Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}\n{Out}\n{Error}");
        return this;
    }

    static JsonElement Parse(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
