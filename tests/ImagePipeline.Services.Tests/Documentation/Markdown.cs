using System.Text.RegularExpressions;

namespace ImagePipeline.Services.Tests.Documentation;

/// <summary>Reads the pages of the repository.</summary>
static partial class Markdown
{
    /// <summary>The cells of every row of every table in a page, without surrounding blanks; rules between head and body left out.</summary>
    public static IEnumerable<string[]> Rows(string page) => File.ReadLines(RepositoryFiles.At(page))
        .Where(line => line.StartsWith('|') && !line.StartsWith("|--", StringComparison.Ordinal))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    /// <summary>The text in back quotes when that is all a cell holds; else empty.</summary>
    public static string Code(string cell) => OneCode().Match(cell) is { Success: true } match ? match.Groups[1].Value : "";

    /// <summary>Targets of the links of a page that lead to files, without anchors.</summary>
    public static IEnumerable<string> Links(string page) => Link().Matches(File.ReadAllText(page))
        .Select(match => match.Groups[1].Value.Split('#')[0])
        .Where(target => target.Length > 0 && !target.Contains(':', StringComparison.Ordinal));

    [GeneratedRegex("^`([^`]+)`$")]
    private static partial Regex OneCode();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();
}
