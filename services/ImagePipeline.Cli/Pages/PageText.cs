using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace ImagePipeline.Cli.Pages;

/// <summary>Turns values into text that is safe anywhere in a page: between tags and in quoted attributes.</summary>
static class PageText
{
    static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>
    /// Encodes any text. File names are written by strangers: control characters, which HTML forbids even encoded, and
    /// those that reverse the reading order, with which "gpj.exe" is shown as "exe.jpg", become U+FFFD.
    /// </summary>
    public static string Encode(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            plain.Append(char.IsControl(character) || IsDirection(character) ? '\uFFFD' : character);
        }

        return Encoder.Encode(plain.ToString());
    }

    /// <summary>The address, encoded, if following it can only open something; null otherwise.</summary>
    public static string? Link(string? uri)
    {
        var opens = uri is not null && (uri.StartsWith("file:", StringComparison.OrdinalIgnoreCase)
            || uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
            || uri.StartsWith("http:", StringComparison.OrdinalIgnoreCase));
        return opens ? Encode(uri!) : null;
    }

    /// <summary>The last part of a path, encoded.</summary>
    public static string Name(string path) => Encode(path[NameStart(path)..]);

    /// <summary>What comes before the last part of a path, encoded.</summary>
    public static string Folder(string path) => Encode(path[..NameStart(path)]);

    /// <summary>A count: 12,345.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A count and its noun: 1 group, 2 groups.</summary>
    public static string Count(long count, string one, string many) => $"{Count(count)} {(count == 1 ? one : many)}";

    /// <summary>A size with three digits at most before the unit: 812 B, 45.1 kB, 3.2 MB (powers of 1000).</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        var (value, unit) = ((double)bytes, 0);
        while (value >= 999.5 && unit < units.Length - 1)
        {
            (value, unit) = (value / 1000, unit + 1);
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"{value.ToString(unit == 0 || value >= 100 ? "0" : "0.#", CultureInfo.InvariantCulture)} {units[unit]}");
    }

    /// <summary>Width by height.</summary>
    public static string Dimensions(PagePicture picture) =>
        string.Create(CultureInfo.InvariantCulture, $"{picture.WidthPx} × {picture.HeightPx}");

    /// <summary>A distance: whole numbers as they are, others to three decimals.</summary>
    public static string Distance(double distance) =>
        distance.ToString(distance == Math.Floor(distance) ? "0" : "0.000", CultureInfo.InvariantCulture);

    /// <summary>A time to the minute, or a dash.</summary>
    public static string Time(DateTimeOffset? time) =>
        time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>A number for a style sheet, 0 to 1.</summary>
    public static string Fraction(double value) =>
        (double.IsNaN(value) ? 1 : Math.Clamp(value, 0, 1)).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>The name of a kind as people say it.</summary>
    public static string Kind(string kind) => kind switch
    {
        "same_bytes" => "Same file",
        "same_pixels" => "Same pixels",
        "edited_copy" => "Edited copy",
        "similar" => "Similar",
        _ => Encode(kind),
    };

    static int NameStart(string path) => path.TrimEnd('/', '\\').LastIndexOfAny(['/', '\\']) + 1;

    // U+061C, 200E, 200F: marks; 202A-202E: embeddings and overrides; 2066-2069: isolates (Unicode annex 9, table 4).
    static bool IsDirection(char character) =>
        character is '\u061C' or '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
