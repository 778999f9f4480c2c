namespace ImagePipeline.Cli.Pages;

/// <summary>What <see cref="DuplicatesPage"/> shows.</summary>
public sealed record DuplicatesPageModel
{
    /// <summary>How many images were compared.</summary>
    public required long Images { get; init; }

    /// <summary>How many groups follow.</summary>
    public required long GroupCount { get; init; }

    /// <summary>What the copies weigh that are not suggested to be kept; 0 when unknown.</summary>
    public long SpareBytes { get; init; }

    /// <summary>Copies by kind, in the order to show; the kinds that can be filtered by.</summary>
    public required IReadOnlyList<KindCount> Kinds { get; init; }

    /// <summary>The groups, in the order to show. Read once, one at a time.</summary>
    public required IAsyncEnumerable<DuplicateGroup> Groups { get; init; }
}

/// <summary>How often a kind occurs.</summary>
/// <param name="Kind">As stored: same_bytes, same_pixels, edited_copy or similar.</param>
/// <param name="Groups">Groups with at least one such copy.</param>
/// <param name="Copies">Such copies in all groups.</param>
public sealed record KindCount(string Kind, long Groups, long Copies);

/// <summary>Images that show the same picture.</summary>
/// <param name="Representative">The one that the others are compared with.</param>
/// <param name="Copies">The others.</param>
/// <param name="Keep">Index of the image suggested to be kept: 0 is the representative, 1 the first copy.</param>
/// <param name="KeepReason">Why that one, in words: "largest, and the oldest".</param>
public sealed record DuplicateGroup(
    PagePicture Representative, IReadOnlyList<DuplicateCopy> Copies, int? Keep, string KeepReason);

/// <summary>One image of a group, and how it relates to the representative.</summary>
/// <param name="Picture">The image.</param>
/// <param name="Kind">As stored: same_bytes, same_pixels, edited_copy or similar.</param>
/// <param name="Evidence">What shows it, in words: "PDQ 12 of 256 bits, mirrored".</param>
/// <param name="Distance">In the unit of the evidence; null when the evidence is equality.</param>
public sealed record DuplicateCopy(PagePicture Picture, string Kind, string Evidence, double? Distance);
