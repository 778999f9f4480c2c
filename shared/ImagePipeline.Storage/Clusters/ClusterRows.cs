namespace ImagePipeline.Storage.Clusters;

/// <summary>A run that is asked for.</summary>
/// <param name="ModelId">Model whose vectors are grouped.</param>
/// <param name="Method">How, or <c>auto</c>.</param>
/// <param name="ParametersJson">What was asked for, as JSON.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="RequestId">Key of the request: asked again with the same key, it is the same run.</param>
public sealed record ClusterRunRequest(string ModelId, string Method, string ParametersJson, string Reason, Guid? RequestId = null);

/// <summary>How far a run is.</summary>
public enum ClusterRunState
{
    /// <summary>Asked for.</summary>
    Waiting,

    /// <summary>A process is at it.</summary>
    Computing,

    /// <summary>All is written.</summary>
    Done,

    /// <summary>Its process died.</summary>
    Abandoned,

    /// <summary>It ended with an error.</summary>
    Failed,
}

/// <summary>A run.</summary>
public sealed record ClusterRun
{
    /// <summary>Its number.</summary>
    public required int RunId { get; init; }

    /// <summary>Key of the request that asked for it; null for none.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>Model whose vectors it groups.</summary>
    public required string ModelId { get; init; }

    /// <summary>How; <c>auto</c> until that is decided.</summary>
    public required string Method { get; init; }

    /// <summary>What was asked for and chosen, as JSON.</summary>
    public required string ParametersJson { get; init; }

    /// <summary>Why it ran, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>How far it is.</summary>
    public required ClusterRunState State { get; init; }

    /// <summary>Whether it is the one that is shown and that arrivals join.</summary>
    public required bool IsActive { get; init; }

    /// <summary>The process that computes it; null before.</summary>
    public string? Worker { get; init; }

    /// <summary>Images that it grouped.</summary>
    public long Images { get; init; }

    /// <summary>Clusters that it found.</summary>
    public int Clusters { get; init; }

    /// <summary>Of its images, those in none.</summary>
    public long Unassigned { get; init; }

    /// <summary>Images that came since.</summary>
    public long Arrived { get; init; }

    /// <summary>Of these, those in no cluster.</summary>
    public long ArrivedUnassigned { get; init; }

    /// <summary>Whether it kept how its images were joined, so that it can be cut elsewhere.</summary>
    public bool HasTree { get; init; }

    /// <summary>Figures of the result as JSON; null before.</summary>
    public string? QualityJson { get; init; }

    /// <summary>What became of people's labels, merges and splits, a line each.</summary>
    public IReadOnlyList<string> Carried { get; init; } = [];

    /// <summary>Why it failed.</summary>
    public string? Error { get; init; }

    /// <summary>When a process began with it.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}

/// <summary>A cluster as a run computes it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Centroid">Mean direction of its members, of length 1.</param>
/// <param name="MedoidImageId">Its most typical image.</param>
/// <param name="Size">Members.</param>
/// <param name="Cohesion">Mean cosine distance of its members to the centroid.</param>
/// <param name="Radius">Cosine distance within which arrivals join.</param>
/// <param name="X">Place of its centre on the map, 0 to 1; null without a map.</param>
/// <param name="Y">The same, upwards.</param>
/// <param name="SuggestedName">Name that is suggested.</param>
/// <param name="EvidenceJson">What suggests it, as JSON.</param>
/// <param name="SplitFrom">The cluster that was split to make it.</param>
public sealed record ClusterRow(
    int Number, float[] Centroid, Guid? MedoidImageId, long Size, float Cohesion, float Radius, float? X = null, float? Y = null,
    string? SuggestedName = null, string? EvidenceJson = null, int? SplitFrom = null);

/// <summary>Which cluster an image is in.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Cluster">Number of the cluster; null for none.</param>
/// <param name="Distance">Cosine distance to its centroid, or to the nearest of all.</param>
/// <param name="X">Place on the map, 0 to 1; null for images not on it.</param>
/// <param name="Y">The same, upwards.</param>
public readonly record struct ClusterMember(Guid ImageId, int? Cluster, float? Distance, float? X = null, float? Y = null);

/// <summary>An image of the collection, as seen from a run.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="IsGrouped">Whether the run grouped it; else it came since.</param>
/// <param name="X">Place on the map of the run, 0 to 1; null for images not on it.</param>
/// <param name="Y">The same, upwards.</param>
public readonly record struct ImageOfRun(Guid ImageId, bool IsGrouped, float? X, float? Y);

/// <summary>What a run came to.</summary>
/// <param name="Method">How it was done.</param>
/// <param name="ParametersJson">What was asked for and what was chosen, as JSON.</param>
/// <param name="QualityJson">Figures of the result, as JSON.</param>
/// <param name="Carried">What became of people's words, a line each.</param>
/// <param name="FollowedFrom">Horizon before the vectors were read: later ones are arrivals.</param>
/// <param name="Images">Images grouped.</param>
/// <param name="Clusters">Clusters found.</param>
/// <param name="Unassigned">Images in none.</param>
public sealed record ClusterOutcome(
    string Method, string ParametersJson, string QualityJson, IReadOnlyList<string> Carried, ulong FollowedFrom, long Images,
    int Clusters, long Unassigned);

/// <summary>A cluster as people see it: merged ones are one, split ones are gone.</summary>
public sealed record ShownCluster
{
    /// <summary>Its run.</summary>
    public required int RunId { get; init; }

    /// <summary>Its number in the run.</summary>
    public required int Number { get; init; }

    /// <summary>The label, or else the suggested name, or else its number.</summary>
    public required string Name { get; init; }

    /// <summary>What a person named it.</summary>
    public string? Label { get; init; }

    /// <summary>What is suggested.</summary>
    public string? SuggestedName { get; init; }

    /// <summary>What suggests it, as JSON.</summary>
    public string? EvidenceJson { get; init; }

    /// <summary>The same in words, for people; empty where nothing suggests a name.</summary>
    public string EvidenceWords => ClusterEvidence.Parse(EvidenceJson)?.ToWords() ?? "";

    /// <summary>Images, with those of the clusters merged into it.</summary>
    public required long Size { get; init; }

    /// <summary>Its most typical image.</summary>
    public Guid? MedoidImageId { get; init; }

    /// <summary>Mean cosine distance of its members to the centroid.</summary>
    public required float Cohesion { get; init; }

    /// <summary>Cosine distance within which arrivals join.</summary>
    public required float Radius { get; init; }

    /// <summary>Place of its centre on the map, 0 to 1; null without a map.</summary>
    public float? X { get; init; }

    /// <summary>The same, upwards.</summary>
    public float? Y { get; init; }

    /// <summary>The clusters that people merged into it.</summary>
    public IReadOnlyList<int> Parts { get; init; } = [];

    /// <summary>Whether a computed cluster is shown as this one.</summary>
    public bool Holds(int number) => Number == number || Parts.Contains(number);
}

/// <summary>How many images two runs have in a cluster of each; null where an image is in none.</summary>
/// <param name="One">Cluster of the one run.</param>
/// <param name="Other">Cluster of the other run.</param>
/// <param name="Images">Images in both.</param>
public readonly record struct ClusterOverlap(int? One, int? Other, long Images);
