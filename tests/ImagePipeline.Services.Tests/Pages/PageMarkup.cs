using System.Text.RegularExpressions;

namespace ImagePipeline.Services.Tests.Pages;

/// <summary>Reads a page as tags, strictly: what a browser would forgive is an error here.</summary>
sealed partial class PageMarkup
{
    static readonly string[] Void = ["meta", "img", "input", "br"];

    public PageMarkup(string html)
    {
        Html = html;
        Assert.StartsWith("<!DOCTYPE html>", html, StringComparison.Ordinal);
        // What lies in style and script is not markup.
        var markup = RawText().Replace(html["<!DOCTYPE html>".Length..], "$1$3");
        var open = new Stack<string>();
        var end = 0;
        foreach (var match in Tag().EnumerateMatches(markup))
        {
            Assert.DoesNotContain('<', markup[end..match.Index]);
            end = match.Index + match.Length;
            var tag = Tag().Match(markup, match.Index, match.Length);
            var name = tag.Groups["name"].Value;
            if (tag.Groups["close"].Length > 0)
            {
                Assert.Equal(name, open.Pop());
                continue;
            }

            var attributes = tag.Groups["attribute"].Captures.Select(capture => capture.Value)
                .Zip(tag.Groups["value"].Captures.Select(capture => System.Net.WebUtility.HtmlDecode(capture.Value)))
                .ToDictionary(pair => pair.First, pair => pair.Second);
            Tags.Add((name, attributes));
            if (!Void.Contains(name))
            {
                open.Push(name);
            }
        }

        Assert.DoesNotContain('<', markup[end..]);
        Assert.Empty(open);
        Text = System.Net.WebUtility.HtmlDecode(Tag().Replace(markup, ""));
    }

    public string Html { get; }

    /// <summary>The text between the tags, decoded.</summary>
    public string Text { get; }

    public List<(string Name, Dictionary<string, string> Attributes)> Tags { get; } = [];

    public int Count(string name) => Tags.Count(tag => tag.Name == name);

    public int CountClass(string name) =>
        Tags.Count(tag => tag.Attributes.TryGetValue("class", out var classes) && classes.Split(' ').Contains(name));

    public IEnumerable<string> Values(string attribute) =>
        Tags.Where(tag => tag.Attributes.ContainsKey(attribute)).Select(tag => tag.Attributes[attribute]);

    [GeneratedRegex(
        """<(?<close>/?)(?<name>[a-z][a-z0-9]*)(?:\s+(?<attribute>[a-z-]+)(?:="(?<value>[^"<>]*)"|(?<value>)(?=[\s>])))*>""")]
    private static partial Regex Tag();

    [GeneratedRegex("(<(style|script)>).*?(</\\2>)", RegexOptions.Singleline)]
    private static partial Regex RawText();
}
