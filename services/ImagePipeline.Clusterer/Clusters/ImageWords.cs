using System.Globalization;
using System.Text.RegularExpressions;
using ImagePipeline.Core.Colour;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>What is known of an image in words, each once, and how much of the image it is about.</summary>
static partial class ImageWords
{
    /// <summary>Shorter ones are initials and counters.</summary>
    const int LeastLetters = 3;

    /// <summary>What cameras and programs call every file.</summary>
    static readonly HashSet<string> Meaningless =
        new(["img", "image", "images", "dsc", "dscn", "dscf", "pxl", "mvi", "pict", "photo", "pic", "file", "copy"], StringComparer.Ordinal);

    /// <summary>Its tags.</summary>
    public static IEnumerable<(string Word, double Weight)> Tags(NamingFacts image) => image.Tags.Select(static tag => (tag, 1.0));

    /// <summary>The names of the folders that it lies in.</summary>
    public static IEnumerable<(string Word, double Weight)> Folders(NamingFacts image) => Parts(image).SkipLast(1)
        .Where(static part => !part.EndsWith(':')).Select(static part => part.Replace('_', ' ')).Distinct(StringComparer.Ordinal)
        .Select(static folder => (folder, 1.0));

    /// <summary>The words of its file's name, in small letters, without its extension.</summary>
    public static IEnumerable<(string Word, double Weight)> OfFile(NamingFacts image) =>
        Letters().Matches(Path.GetFileNameWithoutExtension(Parts(image).LastOrDefault() ?? ""))
            .Select(static word => word.Value.ToLowerInvariant()).Where(static word => word.Length >= LeastLetters && !Meaningless.Contains(word))
            .Distinct(StringComparer.Ordinal).Select(static word => (word, 1.0));

    /// <summary>Its main colours, by their share of its pixels.</summary>
    public static IEnumerable<(string Word, double Weight)> Colours(NamingFacts image) => image.Colours.Zip(image.Shares).Select(static colour =>
    {
        var rgb = int.Parse(colour.First.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (ColourWord.Of(Oklab.FromRgb((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)), (double)colour.Second);
    }).Where(static colour => colour.Item2 > 0);

    static string[] Parts(NamingFacts image) => FolderObjects.NameOf(image.Uri).Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs of letters, parted also where a small one is followed by a capital.</summary>
    [GeneratedRegex(@"\p{Lu}?[\p{Ll}\p{Lm}\p{Lo}]+|\p{Lu}+(?!\p{Ll})")]
    private static partial Regex Letters();
}
