using System.Globalization;
using System.Text.Json;
using ImagePipeline.Core.Captions;

namespace ImagePipeline.Storage.Clusters;

/// <summary>What suggests the name of a cluster, as it is stored: words of its most typical images, the most telling of each kind first.</summary>
public sealed record ClusterEvidence
{
    const int MostWords = 4;
    const int MostSaid = 2;

    static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Typical images that were looked at.</summary>
    public int Images { get; init; }

    /// <summary>Their tags.</summary>
    public IReadOnlyList<EvidenceWord> Tags { get; init; } = [];

    /// <summary>Folders that they lie in.</summary>
    public IReadOnlyList<EvidenceWord> Folders { get; init; } = [];

    /// <summary>Words of their files' names.</summary>
    public IReadOnlyList<EvidenceWord> Files { get; init; } = [];

    /// <summary>Their colours, by shares of pixels.</summary>
    public IReadOnlyList<EvidenceWord> Colours { get; init; } = [];

    /// <summary>What was found of each kind.</summary>
    public static ClusterEvidence Of(
        int images, IEnumerable<TellingWord> tags, IEnumerable<TellingWord> folders, IEnumerable<TellingWord> files,
        IEnumerable<TellingWord> colours) => new()
        {
            Images = images,
            Tags = Few(tags),
            Folders = Few(folders),
            Files = Few(files),
            Colours = Few(colours),
        };

    /// <summary>As it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what is stored; null where nothing is.</summary>
    public static ClusterEvidence? Parse(string? json) => json is null ? null : JsonSerializer.Deserialize<ClusterEvidence>(json, Json);

    /// <summary>In words, for people: "of the 45 most typical, 41 in folder sunflower (2 % in all clusters)"; empty where nothing is telling.</summary>
    public string ToWords()
    {
        string[] parts =
        [
            .. Said(Tags, word => $"{Count(word)} tagged {word.Word}"),
            .. Said(Folders, word => $"{Count(word)} in folder {word.Word}"),
            .. Said(Files, word => $"{Count(word)} with {word.Word} in the file name"),
            .. Said(Colours, word => $"{Percent(word.Share)} of the pixels {word.Word}"),
        ];
        return parts.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"of the {Images:N0} most typical, {string.Join("; ", parts)}");
    }

    string Count(EvidenceWord word) => Math.Round(word.Share * Images).ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>The words that the cluster has more of than others.</summary>
    static IEnumerable<string> Said(IReadOnlyList<EvidenceWord> words, Func<EvidenceWord, string> say) => words
        .Where(word => word.Share > word.Everywhere && word.Share >= 0.1).Take(MostSaid)
        .Select(word => $"{say(word)} ({Percent(word.Everywhere)} in all clusters)");

    static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";

    static EvidenceWord[] Few(IEnumerable<TellingWord> words) => [.. words.Take(MostWords)
        .Select(word => new EvidenceWord(word.Text, Math.Round(word.Share, 3), Math.Round(word.Everywhere, 3)))];
}

/// <summary>A word and how telling it is.</summary>
/// <param name="Word">The word.</param>
/// <param name="Share">Share of the images looked at that have it, or of their pixels; 0 to 1.</param>
/// <param name="Everywhere">The same in the mean of all clusters.</param>
public sealed record EvidenceWord(string Word, double Share, double Everywhere);
