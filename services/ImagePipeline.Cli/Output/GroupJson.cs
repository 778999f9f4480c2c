using ImagePipeline.Core.Duplicates;
using ImagePipeline.Search.Duplicates;

namespace ImagePipeline.Cli.Output;

/// <summary>Groups as <c>duplicates --json</c> prints them.</summary>
static class GroupJson
{
    /// <summary>A group; serialised with the names that <see cref="JsonOutput"/> gives.</summary>
    public static object Of(SuggestedGroup group) => new
    {
        group_id = group.GroupId,
        keep = group.Keep.Uri,
        reason = group.Reason,
        files = group.Files.Select(file => new
        {
            file.Uri,
            file.ImageId,
            representative = file.IsRepresentative,
            kind = file.IsRepresentative ? null : file.Kind.Code(),
            evidence = file.IsRepresentative ? null : file.Evidence,
            file.Transform,
            distance = file.IsRepresentative ? (double?)null : file.Distance,
            probability = file.IsRepresentative ? null : file.Probability,
            file.Format,
            file.WidthPx,
            file.HeightPx,
            file.Bytes,
            file.TakenAt,
            file.ModifiedAt,
        }),
    };
}
