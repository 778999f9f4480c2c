using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Search.Duplicates;

/// <summary>A file of a group: what it is to the representative, and its facts.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="ImageId">Its content.</param>
/// <param name="IsRepresentative">Whether the others are compared with it.</param>
/// <param name="Kind">What it is to the representative; of further files of one image, the same bytes.</param>
/// <param name="Evidence">What shows it; null for the representative.</param>
/// <param name="Transform">What turned the representative into it; null if nothing did.</param>
/// <param name="Distance">Distance to the representative, unit by evidence.</param>
/// <param name="Format">Format.</param>
/// <param name="WidthPx">Width, pixels.</param>
/// <param name="HeightPx">Height, pixels.</param>
/// <param name="Bytes">Encoded length.</param>
/// <param name="TakenAt">Camera's local time.</param>
/// <param name="ModifiedAt">Last change of the file.</param>
public sealed record SuggestedFile(
    string Uri, Guid ImageId, bool IsRepresentative, DuplicateKind Kind, string? Evidence, string? Transform, double Distance,
    string Format, int WidthPx, int HeightPx, long Bytes, DateTime? TakenAt, DateTimeOffset? ModifiedAt)
{
    /// <summary>Probability that it is a copy of the representative, where vectors show it and their model is calibrated.</summary>
    public double? Probability { get; init; }

    /// <summary>The evidence in words; empty for the representative.</summary>
    public string Words => IsRepresentative ? "" : EvidenceWords.Of(Evidence, Transform, Distance, Probability);
}

/// <summary>A group with the file that is suggested to be kept.</summary>
/// <param name="GroupId">The group, by its representative.</param>
/// <param name="Files">Every file, the representative's first.</param>
/// <param name="Keep">One of them.</param>
/// <param name="Reason">Why it, in words.</param>
public sealed record SuggestedGroup(Guid GroupId, IReadOnlyList<SuggestedFile> Files, SuggestedFile Keep, string Reason)
{
    /// <summary>Lays the group out by file, representative first, and asks which to keep.</summary>
    public static SuggestedGroup Of(GroupListing group, KeeperOrder order)
    {
        var files = group.Images.SelectMany(image => image.Files.Select((file, at) => new SuggestedFile(
            file.Uri, image.ImageId, at == 0 && image.Kind is null,
            // Further files of an image are equal to its first one, whatever that is to the representative.
            at > 0 ? DuplicateKind.SameBytes : image.Kind ?? DuplicateKind.SameBytes,
            at > 0 ? Storage.Evidence.Bytes : image.Evidence, at > 0 ? null : image.Transform, at > 0 ? 0 : image.Distance,
            image.Format, image.WidthPx, image.HeightPx, image.Bytes, image.TakenAt, file.ModifiedAt)
        {
            Probability = at > 0 ? null : image.Probability,
        })).ToArray();
        var facts = files.Select(file => new KeeperFacts(
            FolderObjects.NameOf(file.Uri), file.WidthPx, file.HeightPx, file.Format, file.Bytes,
            file.TakenAt is { } taken ? new DateTimeOffset(taken, TimeSpan.Zero) : null, file.ModifiedAt)).ToArray();
        var keeper = order.Choose(facts);
        var keep = files[keeper.Index];
        if (keep.ImageId == files[0].ImageId && keeper.Index > 0)
        {
            // Equal files stand for their image alike: the one to keep goes first.
            (files[0], files[keeper.Index]) = (
                keep with { IsRepresentative = true, Kind = files[0].Kind, Evidence = files[0].Evidence, Transform = files[0].Transform },
                files[0] with { IsRepresentative = false, Kind = DuplicateKind.SameBytes, Evidence = Storage.Evidence.Bytes, Transform = null });
            keep = files[0];
        }

        return new SuggestedGroup(group.GroupId, files, keep, keeper.Reason);
    }
}
