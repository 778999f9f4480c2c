using ImagePipeline.Cli.Output;
using ImagePipeline.Core.Duplicates;
using ImagePipeline.Storage;
using ImagePipeline.Storage.Objects;

namespace ImagePipeline.Cli;

/// <summary>A file of a group: what it is to the representative, and its facts.</summary>
sealed record SuggestedFile(
    string Uri, Guid ImageId, bool IsRepresentative, DuplicateKind Kind, string? Evidence, string? Transform, double Distance,
    string Format, int WidthPx, int HeightPx, long Bytes, DateTime? TakenAt, DateTimeOffset? ModifiedAt)
{
    /// <summary>The evidence in words; empty for the representative.</summary>
    public string Words => IsRepresentative ? "" : EvidenceWords.Of(Evidence, Transform, Distance);
}

/// <summary>A group with the file that is suggested to be kept.</summary>
sealed record SuggestedGroup(Guid GroupId, IReadOnlyList<SuggestedFile> Files, SuggestedFile Keep, string Reason)
{
    /// <summary>Lays the group out by file, representative first, and asks the rule.</summary>
    public static SuggestedGroup Of(GroupListing group, KeeperRule rule)
    {
        var files = group.Images.SelectMany(image => image.Files.Select((file, at) => new SuggestedFile(
            file.Uri, image.ImageId, at == 0 && image.Kind is null,
            // Further files of an image are equal to its first one, whatever that is to the representative.
            at > 0 ? DuplicateKind.SameBytes : image.Kind ?? DuplicateKind.SameBytes,
            at > 0 ? Storage.Evidence.Bytes : image.Evidence, at > 0 ? null : image.Transform, at > 0 ? 0 : image.Distance,
            image.Format, image.WidthPx, image.HeightPx, image.Bytes, image.TakenAt, file.ModifiedAt))).ToArray();
        var facts = files.Select(file => new KeeperFacts(
            FolderObjects.NameOf(file.Uri), file.WidthPx, file.HeightPx, file.Format, file.Bytes,
            file.TakenAt is { } taken ? new DateTimeOffset(taken, TimeSpan.Zero) : null, file.ModifiedAt)).ToArray();
        var keeper = rule.Choose(facts);
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

    /// <summary>The group as <c>--json</c> prints it.</summary>
    public object ToJson() => new
    {
        group_id = GroupId,
        keep = Keep.Uri,
        reason = Reason,
        files = Files.Select(file => new
        {
            file.Uri,
            file.ImageId,
            representative = file.IsRepresentative,
            kind = file.IsRepresentative ? null : file.Kind.Code(),
            evidence = file.IsRepresentative ? null : file.Evidence,
            file.Transform,
            distance = file.IsRepresentative ? (double?)null : file.Distance,
            file.Format,
            file.WidthPx,
            file.HeightPx,
            file.Bytes,
            file.TakenAt,
            file.ModifiedAt,
        }),
    };
}
