using System.Text.RegularExpressions;

namespace ImagePipeline.Core.Duplicates;

/// <summary>Recognises paths that say "I am a copy".</summary>
static partial class CopyMarks
{
    /// <summary>Number of marks in a path: words such as copy, backup or tmp in any part of it, and a "(1)" or "_1" at
    /// the end of the file's name.</summary>
    /// <remarks>"_1" means one or two digits after a _ or - that follows a letter or a bracket or three digits and more
    /// (IMG_2041_1), so that the counters and dates of cameras (IMG_2041, 2024-05-01) are no marks.</remarks>
    public static int Count(string path) => Word().Count(path) + Counter().Count(path);

    [GeneratedRegex("""
        (?<!\p{L})
        ( copy | copies | kopie | copie | copia | duplicates? | dup | backups? | bak
        | tmp | temp | thumbs? | thumbnails? | cache | trash )
        (?!\p{L})
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Word();

    [GeneratedRegex("""
        ( \s?\(\d{1,3}\) | (?<=[\p{L})]|\d{3}) [_-]\d{1,2} ) (\.[^./\\]*)? $
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Counter();
}
