using System.Globalization;
using System.Text.Json;
using ImagePipeline.Core.Colour;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>A name for a cluster, and what it came from as JSON.</summary>
public sealed record ClusterName(string Name, string EvidenceJson);

/// <summary>Suggests names: the folders that most of a cluster's typical images lie in and those of other clusters do
/// not, or else the colours that it has more of than the rest. Two clusters of one folder are told apart by colour,
/// then by number.
/// </summary>
public static class ClusterNames
{
    /// <summary>Share of the images looked at that a folder must hold to name the cluster.</summary>
    const double LeastFolder = 0.4;

    /// <summary>The same for a second folder beside it.</summary>
    const double LeastSecond = 0.25;

    /// <summary>The same for a folder to name a mixed cluster, with others.</summary>
    const double LeastAmongOthers = 0.15;

    /// <summary>How much more common a word must be in the cluster than in all.</summary>
    const double LeastLift = 1.5;

    /// <summary>Share of the pixels that a colour must have to be named.</summary>
    const double LeastColour = 0.3;

    const int Evidence = 4;

    sealed record Word(string Text, double Share, double Everywhere);

    /// <summary>One name for each cluster, in the order given; null where nothing suggests one.</summary>
    /// <param name="clusters">The facts of the typical images of each.</param>
    public static IReadOnlyList<ClusterName?> Suggest(IReadOnlyList<IReadOnlyList<NamingFacts>> clusters)
    {
        var folders = Words(clusters, static image => Folders(image.Uri).Select(folder => (folder, 1.0)));
        var colours = Words(clusters, static image => Colours(image));
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new ClusterName?[clusters.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var ofFolder = Named(folders[i], LeastFolder, LeastSecond, " and ");
            var ofColour = Named(colours[i], LeastColour, LeastColour, " and ");
            var mixed = ofFolder is null && Named(folders[i], LeastAmongOthers, LeastAmongOthers, ", ") is { } some ? some + " and others" : null;
            if ((ofFolder ?? mixed ?? (ofColour is null ? null : "mostly " + ofColour)) is { } name)
            {
                name = taken.ContainsKey(name) && ofFolder is not null && ofColour is not null ? $"{name}, {ofColour}" : name;
                taken[name] = taken.GetValueOrDefault(name) + 1;
                names[i] = new ClusterName(
                    taken[name] == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{name} {taken[name]}"),
                    Json(clusters[i].Count, folders[i], colours[i]));
            }
        }

        return names;
    }

    /// <summary>The shares of words in each cluster, the most telling first.</summary>
    static List<Word>[] Words(
        IReadOnlyList<IReadOnlyList<NamingFacts>> clusters, Func<NamingFacts, IEnumerable<(string Word, double Weight)>> of)
    {
        var shares = clusters.Select(images => images.SelectMany(of).GroupBy(word => word.Word, StringComparer.Ordinal)
            .ToDictionary(word => word.Key, word => word.Sum(one => one.Weight) / images.Count, StringComparer.Ordinal)).ToArray();
        // Every cluster counts the same: a large one would else have nothing that is special to it.
        var everywhere = shares.SelectMany(share => share).GroupBy(share => share.Key, StringComparer.Ordinal)
            .ToDictionary(share => share.Key, share => share.Sum(one => one.Value) / clusters.Count, StringComparer.Ordinal);
        return [.. shares.Select(share => share.Select(word => new Word(word.Key, word.Value, everywhere[word.Key]))
            .OrderByDescending(word => word.Share - word.Everywhere).ThenBy(word => word.Text, StringComparer.Ordinal).ToList())];
    }

    static string? Named(List<Word> words, double least, double leastSecond, string between)
    {
        var telling = words.Where(word => word.Share >= LeastLift * word.Everywhere).ToList();
        if (telling.Count == 0 || telling[0].Share < least)
        {
            return null;
        }

        // A folder and the one that holds it are one word: the second must add images of its own.
        var rest = telling.Skip(1).FirstOrDefault(word => word.Share >= leastSecond && word.Share + telling[0].Share <= 1.001);
        return rest is null ? telling[0].Text : telling[0].Text + between + rest.Text;
    }

    /// <summary>The names of the folders that a file lies in, each once.</summary>
    static IEnumerable<string> Folders(string uri)
    {
        var parts = FolderObjects.NameOf(uri).Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        return parts.SkipLast(1).Where(part => !part.EndsWith(':')).Select(part => part.Replace('_', ' ')).Distinct(StringComparer.Ordinal);
    }

    static IEnumerable<(string Word, double Weight)> Colours(NamingFacts image) => image.Colours.Zip(image.Shares).Select(colour =>
    {
        var rgb = int.Parse(colour.First.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (ColourWord.Of(Oklab.FromRgb((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb)), (double)colour.Second);
    });

    static string Json(int images, List<Word> folders, List<Word> colours) => JsonSerializer.Serialize(new
    {
        images,
        folders = folders.Take(Evidence).Select(Rounded),
        colours = colours.Take(Evidence).Select(Rounded),
    });

    static object Rounded(Word word) => new { word = word.Text, share = Math.Round(word.Share, 3), everywhere = Math.Round(word.Everywhere, 3) };
}
