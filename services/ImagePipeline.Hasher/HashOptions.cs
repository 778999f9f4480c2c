using System.ComponentModel.DataAnnotations;
using ImagePipeline.Imaging;

namespace ImagePipeline.Hasher;

/// <summary>Options of <see cref="HashConsumer"/>.</summary>
public sealed record HashOptions
{
    /// <summary>Images hashed and written together. Default 256: one round trip to the database per batch is then below a hundredth of
    /// the decoding.</summary>
    [Range(1, 4096)]
    public int BatchImages { get; init; } = 256;

    /// <summary>Batches at work at the same time. Default 2: one decodes while the other is written.</summary>
    [Range(1, 64)]
    public int Batches { get; init; } = 2;

    /// <summary>Objects of a bucket fetched or waiting for a processor at the same time, in each batch. Default 16: hides a store's answer
    /// time of some ten milliseconds. Files are read by as many as there are processors.</summary>
    [Range(1, 1024)]
    public int Fetches { get; init; } = 16;

    /// <summary>Stores a small picture of each image that is not small itself, where <c>Objects:Root</c> says where to. Default true.</summary>
    public bool Thumbnails { get; init; } = true;

    /// <summary>What is refused before it is decoded.</summary>
    public ImageLimits Limits { get; init; } = new();
}
