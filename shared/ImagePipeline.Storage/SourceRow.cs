namespace ImagePipeline.Storage;

/// <summary>What became of a file.</summary>
public enum SourceState
{
    /// <summary>Stored as an image.</summary>
    Ingested,

    /// <summary>Refused for a lasting reason.</summary>
    Rejected,

    /// <summary>Not read because of a passing fault; the next job tries again.</summary>
    Failed,
}

/// <summary>The facts of one distinct content.</summary>
/// <param name="ImageId">First 16 bytes of <paramref name="Sha256"/>.</param>
/// <param name="Sha256">SHA-256 of the bytes, 32 bytes.</param>
/// <param name="Format">Format found in the bytes, such as <c>jpeg</c>.</param>
/// <param name="WidthPx">Width as displayed, pixels.</param>
/// <param name="HeightPx">Height as displayed, pixels.</param>
/// <param name="Bytes">Encoded length.</param>
/// <param name="Frames">Frames or pages, at least 1.</param>
/// <param name="HasAlpha">Whether there is transparency.</param>
/// <param name="TakenAt">Camera's local time, from EXIF.</param>
public sealed record ImageRow(
    Guid ImageId,
    byte[] Sha256,
    string Format,
    int WidthPx,
    int HeightPx,
    long Bytes,
    int Frames = 1,
    bool HasAlpha = false,
    DateTime? TakenAt = null);

/// <summary>One file or object and what became of it; made by <see cref="Ingested"/> or <see cref="Refused"/>.</summary>
public sealed record SourceRow
{
    /// <summary>Where the bytes are.</summary>
    public required string Uri { get; init; }

    /// <summary>Changes when the content changes.</summary>
    public string? Etag { get; init; }

    /// <summary>Length as listed.</summary>
    public long Bytes { get; init; }

    /// <summary>Last change as listed.</summary>
    public DateTimeOffset? ModifiedAt { get; init; }

    /// <summary>Something odd about a file that was ingested nevertheless.</summary>
    public string? Warning { get; init; }

    /// <summary>The image, if and only if <see cref="State"/> is <see cref="SourceState.Ingested"/>.</summary>
    public ImageRow? Image { get; private init; }

    /// <summary>What became of the file.</summary>
    public SourceState State { get; private init; }

    /// <summary>Reason code, unless ingested.</summary>
    public string? Reason { get; private init; }

    /// <summary>The reason in words.</summary>
    public string? Detail { get; private init; }

    /// <summary>A file that holds an image.</summary>
    public static SourceRow Ingested(
        string uri, string? etag, long bytes, DateTimeOffset? modifiedAt, ImageRow image, string? warning = null) =>
        new()
        {
            Uri = uri,
            Etag = etag,
            Bytes = bytes,
            ModifiedAt = modifiedAt,
            Warning = warning,
            State = SourceState.Ingested,
            Image = image,
        };

    /// <summary>A file that was rejected or failed.</summary>
    /// <exception cref="ArgumentException">The state is <see cref="SourceState.Ingested"/>.</exception>
    public static SourceRow Refused(
        string uri,
        string? etag,
        long bytes,
        DateTimeOffset? modifiedAt,
        SourceState state,
        string reason,
        string? detail,
        string? warning = null) =>
        state is SourceState.Ingested
            ? throw new ArgumentException("A refused source is rejected or failed.", nameof(state))
            : new()
            {
                Uri = uri,
                Etag = etag,
                Bytes = bytes,
                ModifiedAt = modifiedAt,
                Warning = warning,
                State = state,
                Reason = reason,
                Detail = detail,
            };
}

/// <summary>What is known about a file from an earlier job.</summary>
/// <param name="Etag">Its etag then.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Reason code, unless ingested.</param>
/// <param name="ImageId">Its image, if ingested.</param>
/// <param name="FailedAtStage">Whether a stage failed on the image and none has found it unusable.</param>
public sealed record KnownSource(
    string? Etag, SourceState State, string? Reason, Guid? ImageId, bool FailedAtStage = false);

/// <summary>How many sources of a job ended in one way.</summary>
/// <param name="State">The state that holds after all stages.</param>
/// <param name="Reason">Reason code; null for ingested.</param>
/// <param name="Count">Number of sources.</param>
public sealed record SourceCount(SourceState State, string? Reason, long Count);
