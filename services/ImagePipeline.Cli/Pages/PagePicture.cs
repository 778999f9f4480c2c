namespace ImagePipeline.Cli.Pages;

/// <summary>What a page shows of one image.</summary>
public sealed record PagePicture
{
    /// <summary>Path or address as people know it; any characters, they are encoded.</summary>
    public required string Path { get; init; }

    /// <summary>Where a click leads: a file:, http: or https: address. Anything else is shown without a link.</summary>
    public string? Uri { get; init; }

    /// <summary>Width of the image itself, after its orientation is applied.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height of the image itself, after its orientation is applied.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>Format as stored: jpeg, png, webp ...</summary>
    public required string Format { get; init; }

    /// <summary>When the picture was taken, if that is known.</summary>
    public DateTimeOffset? TakenAt { get; init; }

    /// <summary>An encoded small version, about 320 px on the longer side; empty when there is none.</summary>
    public ReadOnlyMemory<byte> Thumbnail { get; init; }

    /// <summary>Media type of <see cref="Thumbnail"/>.</summary>
    public string ThumbnailType { get; init; } = "image/jpeg";
}
