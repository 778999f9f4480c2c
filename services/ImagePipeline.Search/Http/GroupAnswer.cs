using ImagePipeline.Core.Duplicates;
using ImagePipeline.Search.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Search.Http;

/// <summary>A group of copies, with the file that is suggested to be kept.</summary>
public sealed record GroupAnswer
{
    /// <summary>Its key: the image that the others are compared with.</summary>
    public required Guid GroupId { get; init; }

    /// <summary>Address of the file that is suggested to be kept.</summary>
    public required string Keep { get; init; }

    /// <summary>Why that one.</summary>
    public required string Reason { get; init; }

    /// <summary><c>open</c> while some file of it is not decided about, else <c>decided</c>.</summary>
    public required string State { get; init; }

    /// <summary>The files, the representative's first.</summary>
    public required IReadOnlyList<GroupFileAnswer> Files { get; init; }

    internal static GroupAnswer Of(DecidedGroup decided) => new()
    {
        GroupId = decided.Group.GroupId,
        Keep = decided.Group.Keep.Uri,
        Reason = decided.Group.Reason,
        State = decided.IsOpen ? "open" : "decided",
        Files = [.. decided.Group.Files.Select(file => GroupFileAnswer.Of(file, decided.Decided.GetValueOrDefault(file.Uri)))],
    };
}

/// <summary>A file of a group.</summary>
public sealed record GroupFileAnswer
{
    /// <summary>Where it is.</summary>
    public required string Uri { get; init; }

    /// <summary>The same as people write it: the path of a file.</summary>
    public required string Path { get; init; }

    /// <summary>Its content.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Whether the others are compared with it.</summary>
    public required bool IsRepresentative { get; init; }

    /// <summary><c>same_bytes</c>, <c>same_pixels</c>, <c>edited_copy</c> or <c>similar</c>; null for the
    /// representative.</summary>
    public string? Kind { get; init; }

    /// <summary>The kind in words.</summary>
    public string? KindWords { get; init; }

    /// <summary><c>bytes</c>, <c>pixels</c>, <c>pdq</c>, <c>embedding</c> or <c>verdict</c>.</summary>
    public string? Evidence { get; init; }

    /// <summary>What shows it, in words.</summary>
    public string? EvidenceWords { get; init; }

    /// <summary>What turned the representative into it; null if nothing did.</summary>
    public string? Transform { get; init; }

    /// <summary>Distance to the representative: bits of 256 for pdq, cosine distance for embedding, 0
    /// otherwise.</summary>
    public double? Distance { get; init; }

    /// <summary>Probability that it is a copy of the representative, 0 to 1, where embeddings show it and their model is
    /// calibrated.</summary>
    public double? Probability { get; init; }

    /// <summary>Format of the bytes.</summary>
    public required string Format { get; init; }

    /// <summary>Width, pixels.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height, pixels.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Encoded length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Camera's local time.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>Last change of the file.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary><c>keep</c> or <c>remove</c>, where a person decided.</summary>
    public string? Decision { get; init; }

    internal static GroupFileAnswer Of(SuggestedFile file, FileDecision? decided) => new()
    {
        Uri = file.Uri,
        Path = FolderObjects.NameOf(file.Uri),
        ImageId = file.ImageId,
        IsRepresentative = file.IsRepresentative,
        Kind = file.IsRepresentative ? null : file.Kind.Code(),
        KindWords = file.IsRepresentative ? null : file.Kind.Describe(),
        Evidence = file.IsRepresentative ? null : file.Evidence,
        EvidenceWords = file.IsRepresentative ? null : file.Words,
        Transform = file.IsRepresentative ? null : file.Transform,
        Distance = file.IsRepresentative ? null : file.Distance,
        Probability = file.IsRepresentative ? null : file.Probability,
        Format = file.Format,
        WidthPx = file.WidthPx,
        HeightPx = file.HeightPx,
        Bytes = file.Bytes,
        TakenAt = file.TakenAt,
        ModifiedAt = file.ModifiedAt,
        Decision = decided is null ? null : decided.IsKept ? "keep" : "remove",
    };
}

/// <summary>One page of groups.</summary>
/// <param name="Groups">The groups, by ascending id.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null at the end.</param>
/// <param name="Counts">Groups by kind, in the whole collection; with the first page of all alone.</param>
public sealed record GroupPage(IReadOnlyList<GroupAnswer> Groups, Guid? Next, IReadOnlyDictionary<string, long>? Counts);
