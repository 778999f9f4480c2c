using ImagePipeline.Core.Duplicates;

namespace ImagePipeline.Storage;

/// <summary>A group of duplicates with everything needed to show it.</summary>
/// <param name="GroupId">Id of the representative.</param>
/// <param name="Family">Copies or similar images.</param>
/// <param name="Images">The representative first, then the strongest and nearest first.</param>
public sealed record GroupListing(Guid GroupId, GroupFamily Family, IReadOnlyList<GroupImage> Images);

/// <summary>An image of a group.</summary>
/// <param name="ImageId">The image.</param>
/// <param name="Kind">What it is to the representative; null for the representative.</param>
/// <param name="Evidence">What shows it; null for the representative.</param>
/// <param name="Transform">What turned the representative into it; null if nothing did.</param>
/// <param name="Distance">Distance to the representative.</param>
/// <param name="Format">Format.</param>
/// <param name="WidthPx">Width, pixels.</param>
/// <param name="HeightPx">Height, pixels.</param>
/// <param name="Bytes">Encoded length.</param>
/// <param name="TakenAt">Camera's local time.</param>
/// <param name="Files">The files that hold it, by URI; more than one are equal byte for byte.</param>
public sealed record GroupImage(
    Guid ImageId,
    DuplicateKind? Kind,
    string? Evidence,
    string? Transform,
    float Distance,
    string Format,
    int WidthPx,
    int HeightPx,
    long Bytes,
    DateTime? TakenAt,
    IReadOnlyList<GroupFile> Files)
{
    /// <summary>Probability that it is a copy of the representative, where vectors show it and their model is calibrated.</summary>
    public float? Probability { get; init; }
}

/// <summary>A file of an image.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="ModifiedAt">Last change as listed.</param>
public sealed record GroupFile(string Uri, DateTimeOffset? ModifiedAt);
