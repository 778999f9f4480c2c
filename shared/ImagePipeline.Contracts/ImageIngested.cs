namespace ImagePipeline.Contracts;

/// <summary>An image was seen for the first time: its bytes are readable at <see cref="Uri"/> and its rows are in the database.</summary>
public sealed record ImageIngested
{
    /// <summary>First 16 bytes of the SHA-256 of the bytes, as a UUID.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Where the bytes are: <c>file://</c> and an absolute path.</summary>
    public required string Uri { get; init; }

    /// <summary>Version of the bytes at <see cref="Uri"/>; other bytes are not this image.</summary>
    public required string? Etag { get; init; }

    /// <summary>Width in pixels, orientation applied.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height in pixels, orientation applied.</summary>
    public required int HeightPx { get; init; }
}
