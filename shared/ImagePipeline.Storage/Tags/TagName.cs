using System.Diagnostics.CodeAnalysis;

namespace ImagePipeline.Storage.Tags;

/// <summary>What a tag may be: the same as the constraints of the table say, so that people are told in words.</summary>
public static class TagName
{
    /// <summary>Most characters.</summary>
    public const int Longest = 64;

    /// <summary>Most tags that people may give to one image.</summary>
    public const int MostPerImage = 100;

    /// <summary>What a tag is, in words, for messages.</summary>
    public static string Rule { get; } =
        $"a tag is a line of 1 to {Longest} characters, none of them a control character or one that turns the reading order, and not '.' or '..'";

    /// <summary>Reads a tag; spaces around it are dropped, capital letters stay.</summary>
    /// <param name="text">What somebody wrote.</param>
    /// <param name="tag">The tag.</param>
    /// <returns>Whether it can be one.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out string? tag)
    {
        var word = (text ?? "").Trim(' ');
        var characters = 0;
        foreach (var rune in word.EnumerateRunes())
        {
            characters += IsForbidden(rune.Value) ? Longest + 1 : 1;
        }

        tag = characters is > 0 and <= Longest && word is not ("." or "..") ? word : null;
        return tag is not null;
    }

    /// <summary>The last stands for half of a pair of surrogates, which no database holds.</summary>
    static bool IsForbidden(int value) => value is < 0x20 or (>= 0x7f and <= 0x9f) or 0x61c or 0x200e or 0x200f
        or (>= 0x2028 and <= 0x202e) or (>= 0x2066 and <= 0x2069) or 0xfffd;
}
