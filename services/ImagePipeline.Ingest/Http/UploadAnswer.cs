namespace ImagePipeline.Ingest.Http;

/// <summary>What became of one uploaded image.</summary>
public sealed record UploadedImage
{
    /// <summary>The name that the client gave the file, or null. Never used as a path.</summary>
    public string? Name { get; init; }

    /// <summary>First 16 bytes of the SHA-256 of the bytes, as a UUID.</summary>
    public required Guid ImageId { get; init; }

    /// <summary><c>new</c>, <c>already_known</c> or <c>rejected</c>.</summary>
    public required string State { get; init; }

    /// <summary>Reason code of a rejection.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason in words.</summary>
    public string? Detail { get; init; }

    /// <summary>Bytes that were sent.</summary>
    public required long Bytes { get; init; }

    /// <summary>Format found in the bytes.</summary>
    public string? Format { get; init; }

    /// <summary>Width as displayed, pixels.</summary>
    public int? WidthPx { get; init; }

    /// <summary>Height as displayed, pixels.</summary>
    public int? HeightPx { get; init; }
}

/// <summary>Answer to an upload.</summary>
public sealed record UploadAnswer
{
    /// <summary>One entry per image, in the order sent.</summary>
    public required IReadOnlyList<UploadedImage> Images { get; init; }

    /// <summary>Images that were not there before.</summary>
    public int New => Images.Count(image => image.State == "new");

    /// <summary>Images that were.</summary>
    public int AlreadyKnown => Images.Count(image => image.State == "already_known");

    /// <summary>Images that were refused.</summary>
    public int Rejected => Images.Count(image => image.State == "rejected");

    /// <summary>The job that today's uploads are counted on; null where there was no image.</summary>
    public Guid? JobId { get; init; }
}
