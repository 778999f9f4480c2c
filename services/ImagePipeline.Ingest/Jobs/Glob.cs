using System.Text;
using System.Text.RegularExpressions;

namespace ImagePipeline.Ingest.Jobs;

/// <summary>
/// A pattern for keys. <c>*</c> and <c>?</c> stand for anything but a slash, <c>**</c> for anything, <c>[a-z]</c> for one of some
/// characters, <c>{jpg,png}</c> for one of some words. Without a slash it is matched against the name alone, at any depth; with one,
/// against the whole key. Upper and lower case are the same: cameras write <c>.JPG</c>.
/// </summary>
public sealed class Glob
{
    readonly Regex _regex;
    readonly bool _isOfName;

    /// <summary>Parses a pattern.</summary>
    /// <exception cref="FormatException">A bracket or brace is not closed, or the pattern is empty.</exception>
    public Glob(string pattern)
    {
        if (pattern.Length == 0)
        {
            throw new FormatException("a glob must not be empty.");
        }

        _isOfName = !pattern.Contains('/', StringComparison.Ordinal);
        // Matching takes time in proportion to the key whatever the pattern: patterns come from requests too.
        _regex = new Regex(
            ToRegex(pattern.TrimStart('/')),
            RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline);
    }

    /// <summary>Whether a key matches.</summary>
    public bool Matches(string key) => _regex.IsMatch(_isOfName ? key[(key.LastIndexOf('/') + 1)..] : key);

    static string ToRegex(string pattern)
    {
        var regex = new StringBuilder("^");
        var braces = 0;
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '*' when at + 1 < pattern.Length && pattern[at + 1] == '*':
                    at++;
                    // "**/x" is x at any depth, the top among them.
                    var takesSlash = at + 1 < pattern.Length && pattern[at + 1] == '/' && (at == 1 || pattern[at - 2] == '/');
                    regex.Append(takesSlash ? "(?:.*/)?" : ".*");
                    at += takesSlash ? 1 : 0;
                    break;
                case '*':
                    regex.Append("[^/]*");
                    break;
                case '?':
                    regex.Append("[^/]");
                    break;
                case '[':
                    at = AppendSet(regex, pattern, at);
                    break;
                case '{':
                    braces++;
                    regex.Append("(?:");
                    break;
                case '}' when braces > 0:
                    braces--;
                    regex.Append(')');
                    break;
                case ',' when braces > 0:
                    regex.Append('|');
                    break;
                default:
                    regex.Append(Regex.Escape(pattern[at].ToString()));
                    break;
            }
        }

        return braces == 0 ? regex.Append('$').ToString() : throw new FormatException($"the glob '{pattern}' has an open brace.");
    }

    static int AppendSet(StringBuilder regex, string pattern, int start)
    {
        var first = start + 1;
        var isNegated = first < pattern.Length && pattern[first] is '!' or '^';
        first += isNegated ? 1 : 0;
        var end = first < pattern.Length ? pattern.IndexOf(']', first + 1) : -1;
        if (end < 0)
        {
            throw new FormatException($"the glob '{pattern}' has an open bracket.");
        }

        regex.Append(isNegated ? "[^/" : "[");
        foreach (var letter in pattern.AsSpan(first, end - first))
        {
            regex.Append(letter is '\\' or '[' or ']' or '^' ? $"\\{letter}" : letter.ToString());
        }

        regex.Append(']');
        return end;
    }
}
