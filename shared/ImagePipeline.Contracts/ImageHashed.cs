namespace ImagePipeline.Contracts;

/// <summary>The hashes of an image are stored; what is needed to find its copies travels along.</summary>
public sealed record ImageHashed
{
    /// <summary>The image.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Algorithm and version; hashes of different algorithms are never compared.</summary>
    public required string Algorithm { get; init; }

    /// <summary>PDQ quality, 0 (flat) to 100.</summary>
    public required int PdqQuality { get; init; }

    /// <summary>PDQ of the upright picture and of its seven other orientations, 64 hexadecimal digits each, in the order of
    /// <c>DihedralTransform</c>. Only the first is stored; the others find mirrored and rotated copies.</summary>
    public required IReadOnlyList<string> Pdq { get; init; }

    /// <summary>Width of the whole image in pixels, orientation applied.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height of the whole image in pixels, orientation applied.</summary>
    public required int HeightPx { get; init; }
}
