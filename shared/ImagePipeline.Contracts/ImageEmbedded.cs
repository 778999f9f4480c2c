namespace ImagePipeline.Contracts;

/// <summary>The vector of an image is stored in the table of its model.</summary>
public sealed record ImageEmbedded
{
    /// <summary>The image.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>The model, as in table <c>model</c>.</summary>
    public required string ModelId { get; init; }
}
