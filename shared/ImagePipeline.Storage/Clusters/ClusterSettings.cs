using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using ImagePipeline.Core.Clustering;

namespace ImagePipeline.Storage.Clusters;

/// <summary>How images are grouped.</summary>
public enum ClusterMethod
{
    /// <summary>Chosen by the number of images.</summary>
    Auto,

    /// <summary>Spherical k-means.</summary>
    KMeans,

    /// <summary>Joined from single images up, cut by count or distance.</summary>
    Agglomerative,

    /// <summary>Small groups by k-means, joined by their centroids, cut by count or distance: for more images than can be joined.</summary>
    TwoLevel,

    /// <summary>Density at every scale; images in sparse places are in no cluster.</summary>
    Hdbscan,

    /// <summary>Density at one scale; images in sparse places are in no cluster.</summary>
    Dbscan,
}

/// <summary>What a run is asked to do; what is left open is chosen by it. Stored with the run.</summary>
public sealed record ClusterSettings
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(new LowerCase()) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>The words for the methods, for people.</summary>
    public static string Methods { get; } = string.Join(", ", Enum.GetValues<ClusterMethod>().Select(Word));

    /// <summary>The words for the linkages, for people.</summary>
    public static string Linkages { get; } = string.Join(", ", Enum.GetValues<Linkage>().Select(linkage => linkage.ToSql()));

    /// <summary>How.</summary>
    public ClusterMethod Method { get; init; }

    /// <summary>How many clusters; null for the run to choose.</summary>
    public int? K { get; init; }

    /// <summary>Cosine distance at which clusters are cut (agglomerative, two-level) or within which images are neighbours (dbscan); null for the
    /// run to choose.</summary>
    public double? Distance { get; init; }

    /// <summary>How far two clusters are from each other (agglomerative, two-level); null for Ward's, or by average where a distance is given.</summary>
    public Linkage? Linkage { get; init; }

    /// <summary>Least images of a cluster (hdbscan, dbscan); null for the run to choose.</summary>
    public int? MinSize { get; init; }

    /// <summary>Groups that are joined (two-level); null for the run to choose.</summary>
    public int? Groups { get; init; }

    /// <summary>SQL condition over <c>image_file</c>; null for all images.</summary>
    public string? Where { get; init; }

    /// <summary>The same seed over the same vectors gives the same clusters.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Images that the method was run on, where that is a sample; the others joined the nearest cluster.</summary>
    public int? Sample { get; init; }

    /// <summary>The run whose tree is cut, in place of joining the images anew; null for a run of its own.</summary>
    public int? CutOf { get; init; }

    /// <summary>Whether the run is shown when it is done; null for one of all images alone.</summary>
    public bool? Activate { get; init; }

    /// <summary>Whether the method joins, and so keeps a tree.</summary>
    [JsonIgnore]
    public bool IsJoined => Method is ClusterMethod.Agglomerative or ClusterMethod.TwoLevel;

    /// <summary>Makes sure that the values are in their ranges.</summary>
    /// <exception cref="ValidationException">One is not; the message names it.</exception>
    public void Check()
    {
        var wrong = K < 1 ? "k is 1 or more"
            : Distance <= 0 || (Distance > 2 && Linkage != Core.Clustering.Linkage.Ward) ? "distance is a cosine distance, above 0 and at most 2 (more by ward's linkage alone, where it grows with the clusters)"
            : MinSize < 2 ? "min-size is 2 or more"
            : K is not null && Method is (ClusterMethod.Hdbscan or ClusterMethod.Dbscan) ? "hdbscan and dbscan find out themselves how many clusters there are; leave k out"
            : Distance is not null && Method is (ClusterMethod.KMeans or ClusterMethod.Hdbscan) ? "kmeans and hdbscan know no distance; leave it out"
            : MinSize is not null && Method is (ClusterMethod.KMeans or ClusterMethod.Agglomerative or ClusterMethod.TwoLevel) ? "min-size is for hdbscan and dbscan"
            : Linkage is not null && !IsJoined && Method != ClusterMethod.Auto ? "linkage is for agglomerative and two-level"
            : MinSize is not null && (K is not null || Linkage is not null) ? "min-size is for hdbscan and dbscan, which take neither k nor linkage"
            : Groups is not null && Method != ClusterMethod.TwoLevel ? "groups are for two-level"
            : Groups is < 2 or > Agglomerative.MaximumVectors ? $"groups are 2 to {Agglomerative.MaximumVectors}"
            : K > Groups ? "k is at most as many as groups"
            : K is not null && Distance is not null ? "give either k or a distance"
            : CutOf is not null && K is null && Distance is null ? "a cut needs k or a distance"
            : null;
        if (wrong is not null)
        {
            throw new ValidationException(wrong + ".");
        }
    }

    /// <summary>Another cut of a run's tree.</summary>
    /// <param name="run">A run that has one.</param>
    /// <param name="k">How many clusters; null for a distance.</param>
    /// <param name="distance">Cosine distance; null for a number.</param>
    /// <param name="activate">Whether it is shown when it is done.</param>
    public static ClusterSettings OfCut(ClusterRun run, int? k, double? distance, bool activate) => Parse(run.ParametersJson) with
    {
        K = k,
        Distance = distance,
        CutOf = run.RunId,
        Activate = activate,
    };

    /// <summary>As it is stored.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    public static ClusterSettings Parse(string json) => JsonSerializer.Deserialize<ClusterSettings>(json, Json)!;

    /// <summary>The word for a method, as people type it and the database has it.</summary>
    public static string Word(ClusterMethod method) => method switch
    {
        ClusterMethod.Auto => "auto",
        ClusterMethod.KMeans => "kmeans",
        ClusterMethod.Agglomerative => "agglomerative",
        ClusterMethod.TwoLevel => "two-level",
        ClusterMethod.Hdbscan => "hdbscan",
        ClusterMethod.Dbscan => "dbscan",
        _ => throw new UnreachableException(),
    };

    /// <summary>The method of a word.</summary>
    public static bool TryMethod(string word, out ClusterMethod method)
    {
        // Not Enum.TryParse, which takes numbers too.
        foreach (var known in Enum.GetValues<ClusterMethod>())
        {
            if (word.Equals(Word(known), StringComparison.OrdinalIgnoreCase))
            {
                method = known;
                return true;
            }
        }

        method = default;
        return false;
    }

    /// <summary>The linkage of a word; null for none.</summary>
    public static bool TryLinkage(string? word, out Linkage? linkage)
    {
        linkage = null;
        foreach (var known in Enum.GetValues<Linkage>())
        {
            linkage = known.ToSql().Equals(word, StringComparison.OrdinalIgnoreCase) ? known : linkage;
        }

        return word is null || linkage is not null;
    }

    sealed class LowerCase : JsonNamingPolicy
    {
        public override string ConvertName(string name) => name == nameof(ClusterMethod.TwoLevel) ? Word(ClusterMethod.TwoLevel) : name.ToLowerInvariant();
    }
}
