using ImagePipeline.Storage;
using ImagePipeline.Storage.Clusters;
using ImagePipeline.Storage.Objects;
using ImagePipeline.Storage.Tags;

namespace ImagePipeline.Search.Http;

/// <summary>An image of the collection.</summary>
public sealed record ImageAnswer
{
    /// <summary>Its key: the first 16 bytes of the SHA-256 of its content.</summary>
    public required Guid ImageId { get; init; }

    /// <summary>Format of the bytes.</summary>
    public required string Format { get; init; }

    /// <summary>Width as displayed, pixels.</summary>
    public required int WidthPx { get; init; }

    /// <summary>Height as displayed, pixels.</summary>
    public required int HeightPx { get; init; }

    /// <summary>Encoded length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Camera's local time.</summary>
    public DateTime? TakenAt { get; init; }

    /// <summary>Where it lies; more than one are equal byte for byte.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>The cluster that holds it; absent where none does.</summary>
    public ClusterName? Cluster { get; init; }

    /// <summary>Main colours as #rrggbb, largest first; only where one image was asked for.</summary>
    public IReadOnlyList<string>? Colours { get; init; }

    /// <summary>Their shares of the pixels, 0 to 1.</summary>
    public IReadOnlyList<float>? Shares { get; init; }

    /// <summary>Its tags by word; only where one image was asked for.</summary>
    public IReadOnlyList<ImageTag>? Tags { get; init; }

    internal static ImageAnswer Of(ImageFacts facts, ClusterPlace? place = null) => new()
    {
        Cluster = place is null ? null : new ClusterName(place.Number, place.Name),
        ImageId = facts.ImageId,
        Format = facts.Format,
        WidthPx = facts.WidthPx,
        HeightPx = facts.HeightPx,
        Bytes = facts.Bytes,
        TakenAt = facts.TakenAt,
        Files = [.. facts.Files.Select(file => FolderObjects.NameOf(file.Uri))],
    };
}

/// <summary>One page of images.</summary>
/// <param name="Images">The images, by ascending id.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null at the end.</param>
public sealed record ImagePage(IReadOnlyList<ImageAnswer> Images, Guid? Next);

/// <summary>What a search found.</summary>
/// <param name="Model">The model whose vectors were compared.</param>
/// <param name="Hits">The nearest first.</param>
public sealed record SearchAnswer(string Model, IReadOnlyList<HitAnswer> Hits);

/// <summary>An image near a query.</summary>
/// <param name="Rank">1 for the nearest.</param>
/// <param name="Distance">Cosine distance, 0 (same direction) to 2.</param>
/// <param name="Image">The image.</param>
public sealed record HitAnswer(int Rank, double Distance, ImageAnswer Image);
