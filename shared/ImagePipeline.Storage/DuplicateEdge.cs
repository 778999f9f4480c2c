namespace ImagePipeline.Storage;

/// <summary>What one image is to another, strongest first.</summary>
public enum DuplicateKind
{
    /// <summary>Equal byte for byte: one image, several files.</summary>
    SameBytes,

    /// <summary>The same decoded picture in another encoding or with other metadata.</summary>
    SamePixels,

    /// <summary>The same picture, edited.</summary>
    EditedCopy,

    /// <summary>Looks alike; not a copy.</summary>
    Similar,
}

/// <summary>Which kinds a group holds together.</summary>
public enum GroupFamily
{
    /// <summary>Same pixels and edited copies.</summary>
    Copy,

    /// <summary>Similar images.</summary>
    Similar,
}

/// <summary>What a person decided about a pair.</summary>
public enum Verdict
{
    /// <summary>A copy, whatever was measured.</summary>
    Copy,

    /// <summary>Not a copy, whatever was measured.</summary>
    NotACopy,
}

/// <summary>What shows that two images belong together; the words of the evidence columns.</summary>
public static class Evidence
{
    /// <summary>Equal files.</summary>
    public const string Bytes = "bytes";

    /// <summary>Equal full decodes.</summary>
    public const string Pixels = "pixels";

    /// <summary>PDQ hashes; the distance is in bits.</summary>
    public const string Pdq = "pdq";

    /// <summary>Vectors; the distance is the cosine distance.</summary>
    public const string Embedding = "embedding";

    /// <summary>A person said so.</summary>
    public const string Verdict = "verdict";
}

/// <summary>A pair of images, stored once with A before B; see <see cref="Between"/>.</summary>
/// <param name="A">The smaller id.</param>
/// <param name="B">The larger id.</param>
/// <param name="Kind">Any kind but <see cref="DuplicateKind.SameBytes"/>.</param>
/// <param name="Evidence">One of <see cref="Storage.Evidence"/>.</param>
/// <param name="Transform">How B must be turned to match A; null if not at all.</param>
/// <param name="Distance">Smaller is nearer; unit by evidence.</param>
/// <param name="ModelId">The model, where the evidence is an embedding.</param>
public sealed record DuplicateEdge(
    Guid A, Guid B, DuplicateKind Kind, string Evidence, string? Transform, float Distance, string? ModelId = null)
{
    /// <summary>The edge of a pair given in any order. The transform must be that of the larger id to the smaller, or
    /// its own inverse.</summary>
    public static DuplicateEdge Between(
        Guid x, Guid y, DuplicateKind kind, string evidence, string? transform, float distance, string? modelId = null) =>
        x.CompareTo(y) < 0
            ? new(x, y, kind, evidence, transform, distance, modelId)
            : new(y, x, kind, evidence, transform, distance, modelId);
}

/// <summary>Images connected by edges or by the groups they are in now: what has to be grouped anew together.</summary>
/// <param name="Images">All of them, those asked for among them.</param>
/// <param name="Edges">All edges between them.</param>
/// <param name="Truncated">The bound was hit: there may be more images and edges than these.</param>
public sealed record DuplicateComponent(
    IReadOnlyCollection<Guid> Images, IReadOnlyList<DuplicateEdge> Edges, bool Truncated);

/// <summary>A group to store.</summary>
/// <param name="Representative">The image that the others are near to; its id is the group's.</param>
/// <param name="Members">The other images, at least one.</param>
public sealed record DuplicateGroup(Guid Representative, IReadOnlyList<DuplicateMember> Members);

/// <summary>A member of a group other than the representative.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Kind">What it is to the representative.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Transform">How it must be turned to match the representative; null if not at all.</param>
/// <param name="Distance">Distance to the representative; unit by evidence.</param>
public sealed record DuplicateMember(
    Guid ImageId, DuplicateKind Kind, string Evidence, string? Transform, float Distance);
