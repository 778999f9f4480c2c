using ImagePipeline.Core.Captions;
using ImagePipeline.Storage.Clusters;

namespace ImagePipeline.Clusterer.Clusters;

/// <summary>A name for a cluster, and what it came from as JSON.</summary>
public sealed record ClusterName(string Name, string EvidenceJson);

/// <summary>
/// Suggests names: the tags that most of a cluster's typical images have and those of other clusters do not, or else the folders that they
/// lie in, or words of their files' names, or the colours that they have more of than the rest. Two clusters of one name are told apart by
/// colour, then by number.
/// </summary>
public static class ClusterNames
{
    /// <summary>Share of the images looked at that a tag or folder must hold to name the cluster.</summary>
    const double LeastFolder = 0.4;

    /// <summary>The same for a second one beside it.</summary>
    const double LeastSecond = 0.25;

    /// <summary>The same for a word of files' names, which say less.</summary>
    const double LeastFile = 0.5;

    /// <summary>The same for a folder to name a mixed cluster, with others.</summary>
    const double LeastAmongOthers = 0.15;

    /// <summary>How much more common a word must be in the cluster than in all.</summary>
    const double LeastLift = 1.5;

    /// <summary>Share of the pixels that a colour must have to be named.</summary>
    const double LeastColour = 0.3;

    /// <summary>One name for each cluster, in the order given; null where nothing suggests one.</summary>
    /// <param name="clusters">The facts of the typical images of each.</param>
    public static IReadOnlyList<ClusterName?> Suggest(IReadOnlyList<IReadOnlyList<NamingFacts>> clusters)
    {
        var (tags, folders) = (Words(clusters, ImageWords.Tags), Words(clusters, ImageWords.Folders));
        var (files, colours) = (Words(clusters, ImageWords.OfFile), Words(clusters, ImageWords.Colours));
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        var names = new ClusterName?[clusters.Count];
        for (var i = 0; i < names.Length; i++)
        {
            var images = clusters[i];
            var ofWords = Named(tags[i], LeastFolder, LeastSecond, Beside(images, ImageWords.Tags))
                ?? Named(folders[i], LeastFolder, LeastSecond, Beside(images, ImageWords.Folders))
                ?? Named(files[i], LeastFile, LeastSecond, Beside(images, ImageWords.OfFile));
            var ofColour = Named(colours[i], LeastColour, LeastColour, (_, other) => other.Share);
            var mixed = ofWords is null && Named(folders[i], LeastAmongOthers, LeastAmongOthers, Beside(images, ImageWords.Folders), ", ") is { } some ? some + " and others" : null;
            if ((ofWords ?? mixed ?? (ofColour is null ? null : "mostly " + ofColour)) is { } name)
            {
                name = taken.ContainsKey(name) && ofWords is not null && ofColour is not null ? $"{name}, {ofColour}" : name;
                taken[name] = taken.GetValueOrDefault(name) + 1;
                names[i] = new ClusterName(
                    taken[name] == 1 ? name : FormattableString.Invariant($"{name} {taken[name]}"),
                    ClusterEvidence.Of(images.Count, tags[i], folders[i], files[i], colours[i]).ToJson());
            }
        }

        return names;
    }

    /// <summary>The words of one kind in each cluster, the most telling first.</summary>
    static IReadOnlyList<TellingWord>[] Words(
        IReadOnlyList<IReadOnlyList<NamingFacts>> clusters, Func<NamingFacts, IEnumerable<(string Word, double Weight)>> of) =>
        TellingWords.Of([.. clusters.Select(images => new WordCounts(images.Count, images.SelectMany(of)
            .GroupBy(word => word.Word, StringComparer.Ordinal)
            .ToDictionary(word => word.Key, word => word.Sum(one => one.Weight), StringComparer.Ordinal)))]);

    static string? Named(
        IReadOnlyList<TellingWord> words, double least, double leastSecond, Func<TellingWord, TellingWord, double> beside,
        string between = " and ")
    {
        var telling = words.Where(word => word.Share >= LeastLift * word.Everywhere).ToList();
        if (telling.Count == 0 || telling[0].Share < least)
        {
            return null;
        }

        // A folder and the one that holds it are one word, and so are two that come together: the second must add images of its own.
        var rest = telling.Skip(1).Where(word => beside(telling[0], word) >= leastSecond).Select(word => word.Text).FirstOrDefault();
        return rest is null ? telling[0].Text : telling[0].Text + between + rest;
    }

    /// <summary>The share of images that have another word and not the first.</summary>
    static Func<TellingWord, TellingWord, double> Beside(
        IReadOnlyList<NamingFacts> images, Func<NamingFacts, IEnumerable<(string Word, double Weight)>> of) => (first, other) =>
    {
        var words = images.Select(image => of(image).Select(word => word.Word).ToHashSet(StringComparer.Ordinal));
        return words.Count(each => each.Contains(other.Text) && !each.Contains(first.Text)) / (double)images.Count;
    };
}
