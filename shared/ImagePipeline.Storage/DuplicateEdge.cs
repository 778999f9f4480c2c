using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage;

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
/// <param name="Transform">What turns A into B, a code of <see cref="DihedralTransform"/>; null if nothing does.</param>
/// <param name="Distance">Smaller is nearer; unit by evidence.</param>
/// <param name="ModelId">The model, where the evidence is an embedding.</param>
public sealed record DuplicateEdge(
    Guid A, Guid B, DuplicateKind Kind, string Evidence, string? Transform, float Distance, string? ModelId = null)
{
    /// <summary>The family whose groups this edge may belong to.</summary>
    public GroupFamily Family => Kind == DuplicateKind.Similar ? GroupFamily.Similar : GroupFamily.Copy;

    /// <summary>The edge of a pair given in any order.</summary>
    /// <param name="x">The one.</param>
    /// <param name="y">The other.</param>
    /// <param name="kind">What they are to each other.</param>
    /// <param name="evidence">One of <see cref="Storage.Evidence"/>.</param>
    /// <param name="xToY">What turns <paramref name="x"/> into <paramref name="y"/>.</param>
    /// <param name="distance">Unit by evidence.</param>
    /// <param name="modelId">The model, where the evidence is an embedding.</param>
    public static DuplicateEdge Between(
        Guid x, Guid y, DuplicateKind kind, string evidence, DihedralTransform xToY, float distance, string? modelId = null) =>
        x.CompareTo(y) < 0
            ? new(x, y, kind, evidence, Code(xToY), distance, modelId)
            : new(y, x, kind, evidence, Code(xToY.Inverse()), distance, modelId);

    /// <summary>What turns the picture <paramref name="from"/> into the other one of the pair; null if nothing does.</summary>
    public string? TransformFrom(Guid from) =>
        from == A || !DihedralTransforms.TryParse(Transform, out var transform) ? Transform : Code(transform.Inverse());

    static string? Code(DihedralTransform transform) => transform == DihedralTransform.None ? null : transform.Code();
}

/// <summary>Two images that look alike, as vectors show.</summary>
/// <param name="A">The smaller id.</param>
/// <param name="B">The larger id.</param>
/// <param name="Distance">Cosine distance, 0 to 2.</param>
public readonly record struct SimilarPair(Guid A, Guid B, float Distance);

/// <summary>Another place for an image among the copies.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="GroupId">The group it joins; null where it heads one, or is in none.</param>
/// <param name="Member">What it is there; null where it heads one, or is in none.</param>
public sealed record CopyMove(Guid ImageId, Guid? GroupId, DuplicateMember? Member);

/// <summary>A member of a group other than the representative.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Kind">What it is to the representative.</param>
/// <param name="Evidence">What shows it.</param>
/// <param name="Transform">What turned the representative into it; null if nothing did.</param>
/// <param name="Distance">Distance to the representative; unit by evidence.</param>
public sealed record DuplicateMember(
    Guid ImageId, DuplicateKind Kind, string Evidence, string? Transform, float Distance);
