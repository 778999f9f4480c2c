namespace ImagePipeline.Search.Http;

/// <summary>Rules for many groups at once.</summary>
public sealed record ResolveOrder
{
    /// <summary>What decides which file is kept, most important first: <c>resolution</c>, <c>lossless</c>,
    /// <c>largest</c>, <c>smallest</c>, <c>oldest</c>, <c>newest</c>, <c>shortest_path</c>.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    /// <summary>Folders, files or patterns (* and ?) whose files are kept before others, most preferred
    /// first.</summary>
    public IReadOnlyList<string> Prefer { get; init; } = [];

    /// <summary>Only groups with a member of this kind: <c>same_bytes</c>, <c>same_pixels</c> or
    /// <c>edited_copy</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Only these groups; decided ones are decided anew.</summary>
    public IReadOnlyList<Guid>? Groups { get; init; }

    /// <summary>Give this tag to the images that are not kept.</summary>
    public string? Tag { get; init; }

    /// <summary>Say what would be decided, and write nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Groups shown in the answer, 0 to 1000; all are counted and written.</summary>
    public int Show { get; init; } = 100;
}

/// <summary>What was decided, or would be.</summary>
public sealed record ResolveAnswer
{
    /// <summary>Whether nothing was written.</summary>
    public required bool DryRun { get; init; }

    /// <summary>The order; <c>DELETE /v1/duplicates/decisions/{batch_id}</c> takes it back. Absent in a dry
    /// run.</summary>
    public Guid? BatchId { get; init; }

    /// <summary>Groups decided about.</summary>
    public required int Groups { get; init; }

    /// <summary>Files kept.</summary>
    public required int Keep { get; init; }

    /// <summary>Files that may go.</summary>
    public required int Remove { get; init; }

    /// <summary>Their length together, bytes.</summary>
    public required long FreedBytes { get; init; }

    /// <summary>Images that have the order's tag now, or would get it: those of which no file is kept.</summary>
    public int? Tagged { get; init; }

    /// <summary>Of those not kept, images that have as many tags as an image may have, and did not get it.</summary>
    public int? Untagged { get; init; }

    /// <summary>The first groups, file by file.</summary>
    public required IReadOnlyList<ResolvedGroup> Shown { get; init; }
}

/// <summary>A group as it was resolved.</summary>
/// <param name="GroupId">The group.</param>
/// <param name="Files">Its files.</param>
public sealed record ResolvedGroup(Guid GroupId, IReadOnlyList<ResolvedFile> Files);

/// <summary>A file of it.</summary>
/// <param name="Uri">Where it is.</param>
/// <param name="Path">The same as people write it.</param>
/// <param name="ImageId">Its content.</param>
/// <param name="Decision">keep or remove.</param>
/// <param name="Reason">Why.</param>
public sealed record ResolvedFile(string Uri, string Path, Guid ImageId, string Decision, string Reason);

/// <summary>What a person says about pairs and groups.</summary>
public sealed record VerdictOrder
{
    /// <summary>The verdicts, 1 to 2000.</summary>
    public required IReadOnlyList<VerdictEntry> Verdicts { get; init; }

    /// <summary>Why, in their words.</summary>
    public string? Note { get; init; }
}

/// <summary>A verdict about a pair of images, or about a group.</summary>
public sealed record VerdictEntry
{
    /// <summary>The one image of a pair.</summary>
    public Guid? A { get; init; }

    /// <summary>The other.</summary>
    public Guid? B { get; init; }

    /// <summary>The group, in place of a pair.</summary>
    public Guid? GroupId { get; init; }

    /// <summary>Of a pair <c>copy</c>, <c>not_a_copy</c> or <c>none</c>; of a group <c>keep_all</c> or
    /// <c>none</c>.</summary>
    public required string Verdict { get; init; }
}

/// <summary>What was decided, and how to take it back.</summary>
/// <param name="Before">What held before; sent as <c>verdicts</c>, it holds again.</param>
/// <param name="Groups">The groups of the images as they are now.</param>
public sealed record VerdictAnswer(IReadOnlyList<VerdictEntry> Before, IReadOnlyList<GroupAnswer> Groups);

/// <summary>What was taken back.</summary>
/// <param name="Files">Files that are undecided again.</param>
/// <param name="Tags">Tags taken from images.</param>
public sealed record UndoAnswer(int Files, int Tags);
