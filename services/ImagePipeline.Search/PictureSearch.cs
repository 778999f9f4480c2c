using ImagePipeline.Imaging;
using ImagePipeline.Inference;
using ImagePipeline.Storage;

namespace ImagePipeline.Search;

/// <summary>What is looked for.</summary>
/// <param name="K">Most hits.</param>
public sealed record SearchWish(int K)
{
    /// <summary>Only these images.</summary>
    public ImageFilter Filter { get; init; } = new();

    /// <summary>Largest cosine distance; null for any.</summary>
    public float? MaxDistance { get; init; }
}

/// <summary>An image near a query.</summary>
/// <param name="Rank">1 for the nearest.</param>
/// <param name="Distance">Cosine distance, 0 (same direction) to 2.</param>
/// <param name="Image">The image and the files that hold it.</param>
public sealed record SearchHit(int Rank, double Distance, ImageFacts Image);

/// <summary>Finds what looks like a picture: decode, embed, nearest vectors. No queue in between.</summary>
public sealed class PictureSearch(
    VectorStore vectors, FilteredImages filtered, FileStore files, EmbeddingEngine engine, ImageLimits limits)
{
    /// <summary>The nearest images to a picture that need not be in the collection.</summary>
    /// <param name="bytes">The encoded picture.</param>
    /// <param name="wish">What is looked for.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <returns>Hits, nearest first, or why the picture cannot be used.</returns>
    public async Task<(IReadOnlyList<SearchHit> Hits, Rejection? Rejection)> NearPictureAsync(
        ReadOnlyMemory<byte> bytes, SearchWish wish, CancellationToken cancel)
    {
        using var decoded = ImageDecoder.DecodeForModel(bytes.Span, engine.Model.Manifest.InputShape(), limits);
        if (decoded.Pixels is not { } pixels)
        {
            return ([], decoded.Rejection);
        }

        var vector = await engine.EmbedAsync(pixels.RgbMemory, cancel);
        return (await NearVectorAsync(vector, wish, null, cancel), null);
    }

    /// <summary>The nearest images to one of the collection, itself left out; null where it has no vector.</summary>
    public async Task<IReadOnlyList<SearchHit>?> NearImageAsync(Guid imageId, SearchWish wish, CancellationToken cancel)
    {
        var modelId = engine.Model.Manifest.ModelId.ToString();
        return await vectors.ReadAsync(modelId, [imageId], cancel).ToListAsync(cancel) is [var found]
            ? await NearVectorAsync(found.Vector, wish, imageId, cancel)
            : null;
    }

    async Task<IReadOnlyList<SearchHit>> NearVectorAsync(float[] vector, SearchWish wish, Guid? exclude, CancellationToken cancel)
    {
        var modelId = engine.Model.Manifest.ModelId.ToString();
        var nearest = wish.Filter.IsEmpty
            ? await vectors.NearestAsync(
                modelId, vector, wish.K, exclude is { } own ? [own] : [], wish.MaxDistance, cancel: cancel)
            : await filtered.NearestAsync(modelId, vector, wish.Filter, wish.K, exclude, wish.MaxDistance, cancel);
        var facts = await files.OfImagesAsync([.. nearest.Select(neighbour => neighbour.ImageId)], cancel);
        return [.. nearest.Where(neighbour => facts.ContainsKey(neighbour.ImageId))
            .Select((neighbour, at) => new SearchHit(at + 1, neighbour.Distance, facts[neighbour.ImageId]))];
    }
}
